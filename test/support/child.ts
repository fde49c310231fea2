import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from 'vitest';

const running = new Set<Child>();

afterAll(() => Promise.all([...running].map((child) => child.end('SIGKILL'))));
process.on('exit', () => {
  for (const child of running) child.signal('SIGKILL');
});

export interface ChildOptions extends SpawnOptions {
  /** All that it reads on its standard input. */
  input?: string;
  /** Leaves its standard input open, for `type`. */
  interactive?: boolean;
}

/** A program started by a test. It is killed at the end of the test file, however that ended. */
export class Child {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;
  /** Settles when the program has ended and all that it printed has arrived. */
  readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    const { input, interactive, ...rest } = options;
    // A process group of its own, so that the processes that it starts can be ended with it.
    this.#process = spawn(command, args, { ...rest, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this);
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // A program that ends without reading its input is no error of the test's.
    this.#process.stdin?.on('error', () => undefined);
    if (interactive !== true) this.#process.stdin?.end(input ?? '');
    this.ended = once(this.#process, 'close').then(([status, signal]) => {
      running.delete(this);
      return { status, signal };
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Types a line on its standard input. */
  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Signals the program and all that it started. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!isGone) throw error;
    }
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.signal(signal);
    return (await this.ended).status;
  }
}
