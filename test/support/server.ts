import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStorage } from '../../src/storage/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { Child } from './child.js';
import { freePort } from './ports.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

const SIPCTL = fileURLToPath(new URL('../../bin/sipctl.js', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

export const DOMAIN = 'test.example';

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface ServerOptions {
  /** Keys as in src/config/settings.ts: `{ 'auth.nonce-expire': '2' }`. */
  settings?: Readonly<Record<string, string>>;
  /** More listeners than the usual ones: `ws:127.0.0.1:8080`. */
  listen?: readonly string[];
  /** What to run, `serve` unless it says otherwise. */
  command?: readonly string[];
  /** Fills the database before the server starts. */
  prepare?: (storage: Storage, database: string) => Promise<unknown>;
}

/**
 * `sipctl serve` as a user runs it: a process of its own, on UDP and TCP, IPv4 and IPv6 loopback, with a database, a control
 * socket and a home in a temporary folder. Its `sipctl` runs the command line with the same settings.
 */
export class TestServer {
  readonly domain = DOMAIN;
  readonly host = '127.0.0.1';
  readonly #folder = temporaryFolder();
  readonly database = join(this.#folder, 'sipctl.db');
  readonly socket = join(this.#folder, 'control', 's.sock');
  readonly #settings: Readonly<Record<string, string>>;
  readonly #command: readonly string[];
  #child: Child | undefined;

  private constructor(
    readonly port: number,
    options: ServerOptions,
  ) {
    const usual = ['127.0.0.1', '[::1]'].flatMap((host) => [`udp:${host}:${port}`, `tcp:${host}:${port}`]);
    const listen = [...usual, ...(options.listen ?? [])];
    this.#settings = {
      db: `sqlite:${this.database}`,
      domain: DOMAIN,
      listen: listen.join(','),
      socket: this.socket,
      'log.format': 'json',
      ...options.settings,
    };
    this.#command = options.command ?? ['serve'];
  }

  static async start(options: ServerOptions = {}): Promise<TestServer> {
    if (!existsSync(BUILT)) throw new Error('build first: npm run build');
    const server = new TestServer(await freePort(), options);
    if (options.prepare !== undefined) await server.#fill(options.prepare);
    await server.launch();
    return server;
  }

  async #fill(prepare: (storage: Storage, database: string) => Promise<unknown>): Promise<void> {
    const storage = await openStorage(`sqlite:${this.database}`, { create: true });
    try {
      await storage.schema.migrate();
      await prepare(storage, this.database);
    } finally {
      await storage.close();
    }
  }

  /** Starts the process and waits until it answers on its control socket. */
  async launch(): Promise<void> {
    const child = new Child(process.execPath, [SIPCTL, ...this.#command], this.#surroundings());
    this.#child = child;
    await until('the server to answer on its control socket', async () => {
      if (child.hasEnded) throw new Error(`the server ended at once:\n${this.log}`);
      return (await this.rpc('core.uptime').catch(() => undefined)) !== undefined;
    });
  }

  /** What the running server has printed as data. */
  get stdout(): string {
    return this.#child?.stdout ?? '';
  }

  /** All that the running server has printed. */
  get log(): string {
    return this.#child === undefined ? '' : this.#child.stdout + this.#child.stderr;
  }

  /** Waits for a line of the log that holds all of these texts. */
  logLine(...texts: readonly string[]): Promise<string> {
    return until(
      () => `a log line with ${texts.join(', ')} in:\n${this.log}`,
      () => this.log.split('\n').find((line) => texts.every((text) => line.includes(text))),
    );
  }

  get isRunning(): boolean {
    return this.#child?.hasEnded === false;
  }

  /** Ends the server as an administrator does; answers its exit status. */
  async stop(): Promise<number | null> {
    const status = this.#child === undefined ? 0 : await this.#child.end('SIGTERM');
    this.#child = undefined;
    return status;
  }

  /** kill -9. `launch` starts it again on the same database and ports. */
  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
    this.#child = undefined;
  }

  /** Runs the command line with the server's settings and nothing on standard input, or `input`. */
  async trySipctl(args: readonly string[], input = ''): Promise<Outcome> {
    const child = new Child(process.execPath, [SIPCTL, ...args], { ...this.#surroundings(), input });
    const { status } = await child.ended;
    return { status, stdout: child.stdout, stderr: child.stderr };
  }

  /** Runs the command line and expects it to succeed; answers what it printed. */
  async sipctl(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.trySipctl(args);
    if (status !== 0) throw new Error(`sipctl ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** One JSON-RPC call over the control socket, without any of the client's code. */
  rpc(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const connection = connect(this.socket, () =>
        connection.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`),
      );
      connection.setEncoding('utf8').once('error', reject);
      connection.on('close', () => reject(new Error('the control socket was closed without an answer')));
      connection.on('data', (text: string) => {
        answer += text;
        if (!answer.includes('\n')) return;
        const { result, error } = JSON.parse(answer);
        if (error === undefined) resolve(result);
        else reject(new Error(error.message));
        connection.destroy();
      });
    });
  }

  /** An environment in which nothing of this machine's configuration is found. */
  get environment(): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: this.#folder, NO_COLOR: '1' };
    for (const [key, value] of Object.entries(this.#settings)) {
      env[`SIPCTL_${key.toUpperCase().replaceAll(/[.-]/g, '_')}`] = value;
    }
    return env;
  }

  #surroundings() {
    return { env: this.environment, cwd: this.#folder };
  }
}
