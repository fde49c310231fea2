import type { Arguments, MethodName } from '../control/methods.js';
import { Failure } from '../errors.js';
import type { Tools } from './tools.js';

/**
 * Tells the running server about what was written: calls `method` there. Does nothing in a dry run and with
 * --no-reload; without a server it is a note. Throws UNREACHABLE when the server refuses, saying that the database
 * keeps what was written.
 */
export async function tellServer<M extends MethodName>(tools: Tools, method: M, params: Arguments<M>): Promise<void> {
  if (tools.switches.dryRun) return;
  if (!tools.switches.reload) return tools.note('the running server, if any, was not told (--no-reload)');
  await withUnreachable(async () => {
    const { ControlClient } = await import('../control/client.js');
    const client = await ControlClient.connectIfRunning(tools.settings.get('socket'));
    if (client === undefined) return tools.note('no server is running, so none had to be told');
    try {
      await client.call(method, params);
      tools.note(`the running server has it now (${method})`);
    } finally {
      client.close();
    }
  });
}

async function withUnreachable(tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const sentence = 'the database has the change, and keeps it, but the running server does not';
    throw unreachable(`${sentence}: ${error.message}`, error);
  }
}

/** A reload that the server refused: it answered, and still it can not be reached with this. */
export async function refusedIsUnreachable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw unreachable(`the running server refused and keeps what it had: ${error.message}`, error);
  }
}

function unreachable(message: string, { hint, details }: Failure): Failure {
  return new Failure('UNREACHABLE', message, hint, details);
}
