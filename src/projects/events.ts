import type { EventKind } from "../feed/feed.ts";
import { loadProject } from "./store.ts";
import { tellProject } from "./wire.ts";

export const projectEvents: Record<string, EventKind> = {
  /** A project was made, changed or deleted. Subject is its number; it stands in the project's channel. */
  project: {
    apply: (ctx, row) => ctx.projects.reload(row.subject),
    render: (ctx, row) => {
      const project = ctx.projects.byNo(row.subject);
      if (project) return tellProject(ctx, project);
      const gone = loadProject(ctx.db, row.subject);
      return gone && { id: gone.id, name: gone.name, deleted: true };
    },
  },
};
