import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Input = Readable & { readonly isTTY?: boolean };
export type Sink = Writable & { readonly isTTY?: boolean };

/** SIGINT, SIGTERM and SIGHUP, as `process` emits them. */
export interface Signals {
  once(signal: NodeJS.Signals, listener: () => void): unknown;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** Everything outside the program that a command may touch, so that tests run the whole of it in their own process. */
export interface World {
  readonly stdin: Input;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
  readonly root: boolean;
  readonly signals: Signals;
}
