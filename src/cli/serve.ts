import { bootstrap } from "../accounts/bootstrap.ts";
import { noteSettings } from "../audit/service.ts";
import type { Config } from "../config.ts";
import { openContext } from "../context.ts";
import { lockFolder } from "../db/lock.ts";
import { makeDataFolder } from "../db/open.ts";
import { startServer } from "../server.ts";
import { CommandError } from "./failure.ts";

/** Starts the server and keeps it up until SIGTERM or SIGINT, then drains. */
export const serve = async (config: Config): Promise<void> => {
  try {
    makeDataFolder(config.data);
  } catch (error) {
    throw new CommandError(`The folder ${config.data} cannot be made (${(error as { code?: string }).code}). Name another with --data.`);
  }
  const unlock = lockFolder(config.data);
  if (!unlock) throw new CommandError(`Another Colony serves ${config.data}. Stop it first, or give this one a folder of its own with --data.`);
  const ctx = openContext(config);
  if (ctx.migrated) console.log(`The database was brought up to this version; a copy of what it was is ${ctx.migrated}`);
  // Said at once: should the port be taken, they are not lost.
  for (const { username, password } of await bootstrap(ctx)) console.log(`Password of ${username} (shown this once): ${password}`);
  await noteSettings(ctx);
  const running = await startServer(ctx).catch((error) => {
    ctx.close();
    if (error?.code === "EADDRINUSE") throw new CommandError(`Port ${config.port} on ${config.host} is taken. Choose another with --port, or --port 0 for a free one.`);
    throw error?.syscall === "listen"
      ? new CommandError(`Cannot listen on ${config.host} (${error.code}). Choose an address of this machine with --host, e.g. 127.0.0.1 or 0.0.0.0.`)
      : error;
  });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await running.stop();
    ctx.close();
    unlock();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Only now: whoever waits for this line may send a signal the moment it is there.
  console.log(`Colony is listening on ${config.publicUrl && config.publicUrl !== running.url ? `${running.url} for ${config.publicUrl}` : running.url}`);
};
