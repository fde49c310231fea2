import { setTimeout as pause } from 'node:timers/promises';

/** How long a test waits for something that must happen; only a failure ever takes this long. */
export const PATIENCE = 30_000;

/**
 * Asks again and again until the answer is something, and answers it.
 * @throws with `what`, asked for at the end when it is a function, in the message when it has not come after PATIENCE milliseconds
 */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    await pause(10);
  }
}
