import pino, { type Logger } from 'pino';

export type Log = Logger;

/**
 * The log of the server on standard error: JSON for programs, or one readable line an event for people. `auto` is text on
 * a terminal. Every message is a whole sentence; its fields are for searching.
 */
export async function openLog(level: string, format: 'auto' | 'text' | 'json', terminal: boolean): Promise<Log> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === 'json' || (format === 'auto' && !terminal)) {
    return pino(options, pino.destination({ dest: 2, sync: true }));
  }
  const { default: pretty } = await import('pino-pretty');
  const colorize = terminal && process.env.NO_COLOR === undefined;
  return pino(
    options,
    pretty({ colorize, destination: 2, sync: true, hideObject: true, translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l' }),
  );
}

/** Says yes once a minute for each key, so that a flood from one source is one line a minute. */
export class OncePerMinute {
  readonly #last = new Map<string, number>();

  isDue(key: string, now: number): boolean {
    const last = this.#last.get(key);
    if (last !== undefined && now - last < 60_000) return false;
    if (this.#last.size >= MOST_KEYS) this.#last.clear();
    this.#last.set(key, now);
    return true;
  }
}

/** Forgetting everything now and then costs some more lines and bounds the memory. */
const MOST_KEYS = 10_000;
