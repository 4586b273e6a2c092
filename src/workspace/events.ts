import type { EventKind } from "../feed/feed.ts";
import { findChange } from "./store.ts";
import { changeWire } from "./wire.ts";

export const workspaceEvents: Record<string, EventKind> = {
  /** Files of a project were added, changed or removed, by whomever. Subject is the change's number; it stands in the project's channel. */
  file: {
    render: (ctx, row) => {
      const change = findChange(ctx.db, row.subject);
      const project = change && ctx.projects.byNo(change.project_no);
      return project && changeWire(ctx, project, change);
    },
  },
};
