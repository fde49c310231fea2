import { Failure, messageOf } from '../errors.js';
import type { RunningServer } from '../server/serve.js';
import type { Tools } from './tools.js';

/** Starts the registrar and proxy in this process, loaded only now. Throws what it throws, with a hint about --listen. */
export async function startServer(tools: Tools): Promise<RunningServer> {
  const { serve } = await import('../server/serve.js');
  try {
    return await serve(tools.settings);
  } catch (error) {
    throw isAddressInUse(error) ? withListenHint(error) : error;
  }
}

function isAddressInUse(error: unknown): error is Failure {
  return error instanceof Failure && (error.details as { code?: unknown } | undefined)?.code === 'EADDRINUSE';
}

function withListenHint({ code, message, details }: Failure): Failure {
  const hint = 'stop that program, or listen elsewhere: --listen udp:0.0.0.0:5070,tcp:0.0.0.0:5070';
  return new Failure(code, message, hint, details);
}

/** Serves until SIGINT or SIGTERM, and stops the server then. SIGHUP makes it load its tables again. */
export async function untilStopped(server: RunningServer, tools: Tools): Promise<void> {
  const { signals } = tools.world;
  const reload = () => {
    server.reload().catch((error: unknown) => tools.note(`SIGHUP: ${messageOf(error)}`));
  };
  signals.on('SIGHUP', reload);
  try {
    await stopSignal(tools);
  } finally {
    signals.off('SIGHUP', reload);
    await server.stop();
  }
}

/** A second signal of the kind finds nobody listening and ends the process at once. */
export function stopSignal({ world: { signals } }: Tools): Promise<void> {
  return new Promise((resolve) => {
    signals.once('SIGINT', resolve);
    signals.once('SIGTERM', resolve);
  });
}
