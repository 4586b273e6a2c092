import { Elysia } from "elysia";
import { accountRoutes, loginRoutes, tokenRoutes } from "./accounts/routes.ts";
import { agentRoutes, projectAgentRoutes } from "./agents/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { channelRoutes } from "./channels/routes.ts";
import { consoleRoutes } from "./console/routes.ts";
import type { Context } from "./context.ts";
import { directRoutes } from "./dms/routes.ts";
import { feedRoutes } from "./feed/routes.ts";
import { fileRoutes, uploadRoutes } from "./files/routes.ts";
import { guideRoutes } from "./guide/routes.ts";
import { readBody } from "./http/body.ts";
import { type Documented, errors } from "./http/errors.ts";
import { healthRoutes } from "./http/health.ts";
import type { Metrics } from "./http/metrics.ts";
import { docs } from "./http/openapi.ts";
import { viewer } from "./http/viewer.ts";
import { inboxRoutes } from "./inbox/routes.ts";
import { knowledgeRoutes } from "./knowledge/routes.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { messageRoutes, pinRoutes, questionRoutes } from "./messages/routes.ts";
import { usageRoutes } from "./models/routes.ts";
import { presenceRoutes } from "./presence/routes.ts";
import { projectRoutes } from "./projects/routes.ts";
import { inviteRoutes, registerRoutes } from "./registration/routes.ts";
import { runRoutes } from "./runs/routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { searchRoutes } from "./search/routes.ts";
import { telegramRoutes } from "./telegram/routes.ts";
import { hookRoutes, webhookRoutes } from "./webhooks/routes.ts";
import { workspaceRoutes, workspaceUploadRoutes } from "./workspace/routes.ts";

/** What is in a project. Put together by itself: the types of one longer chain are more than the compiler follows. */
const workbench = (ctx: Context) =>
  new Elysia({ normalize: false })
    .use(projectRoutes(ctx))
    .use(runRoutes(ctx))
    .use(consoleRoutes(ctx))
    .use(projectAgentRoutes(ctx))
    .use(workspaceRoutes(ctx))
    .use(scheduleRoutes(ctx));

/** The API's table of contents. */
export const createApp = async (ctx: Context, metrics: Metrics) => {
  const documented: Documented = {};
  const app = new Elysia({ normalize: false })
    .use(errors(ctx, documented))
    // Before what reads bodies: these go to disk as they come.
    .use(uploadRoutes(ctx))
    .use(workspaceUploadRoutes(ctx))
    // Bytes, read by ourselves: a parser put in the place of the framework's own costs a post more.
    .guard({ parse: ["arrayBuffer"] })
    .onTransform(readBody)
    .use(docs(documented))
    .use(healthRoutes(ctx, metrics))
    .use(guideRoutes(ctx))
    .use(loginRoutes(ctx))
    .use(registerRoutes(ctx))
    .use(tokenRoutes(ctx))
    .use(accountRoutes(ctx))
    .use(telegramRoutes(ctx))
    .use(inviteRoutes(ctx))
    .use(auditRoutes(ctx))
    .use(channelRoutes(ctx))
    .use(webhookRoutes(ctx))
    .use(hookRoutes(ctx))
    .use(messageRoutes(ctx))
    .use(directRoutes(ctx))
    .use(pinRoutes(ctx))
    .use(questionRoutes(ctx))
    .use(fileRoutes(ctx))
    .use(feedRoutes(ctx))
    .use(inboxRoutes(ctx))
    .use(presenceRoutes(ctx))
    .use(searchRoutes(ctx))
    .use(agentRoutes(ctx))
    .use(workbench(ctx))
    .use(knowledgeRoutes(ctx))
    .use(usageRoutes(ctx))
    .use(mcpRoutes(ctx, documented))
    .use(await viewer());
  documented.app = app;
  return app;
};

export type App = Awaited<ReturnType<typeof createApp>>;
