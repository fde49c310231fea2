import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { passwordOf } from './cast.js';
import { Child } from './child.js';
import type { Address } from './phone.js';
import { freePort } from './ports.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

export interface SippOptions {
  /** A file of test/support/sipp, without .xml. */
  scenario: string;
  /** Texts to put in place of words of the scenario, where sipp itself expands no key. */
  words?: Readonly<Record<string, string>>;
  /** Values of [key] in the scenario. */
  keys?: Readonly<Record<string, string | number>>;
  calls: number;
  /** New calls a second. */
  rate?: number;
  /** Calls under way at once. */
  limit?: number;
  transport?: 'udp' | 'tcp';
  /** The loopback address to send from or listen on. */
  host?: string;
}

export interface CallerOptions extends SippOptions {
  server: Address;
  /** One call for each, in this order. */
  users: readonly string[];
  password?: (user: string) => string;
  /** The digest uri, without `sip:`: sipp can not take it from the request. */
  authUri?: string;
}

export interface SippResult {
  successful: number;
  failed: number;
  /** What the failed calls died of, in sipp's words. */
  errors: string;
}

const SECONDS = 50;

/** Runs a scenario that starts calls, to its end. */
export async function runSipp(options: CallerOptions): Promise<SippResult> {
  const folder = temporaryFolder();
  const { host, port } = options.server;
  const password = options.password ?? passwordOf;
  const rows = options.users.map((user) => `${user};[authentication username=${user} password=${password(user)}]`);
  writeFileSync(join(folder, 'users.csv'), `SEQUENTIAL\n${rows.join('\n')}\n`);
  const remote = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const more = ['-inf', join(folder, 'users.csv'), ...(options.authUri ? ['-auth_uri', options.authUri] : [])];
  const child = startSipp(folder, options, [remote, ...more]);
  await child.ended;
  return resultOf(folder, child);
}

/** A callee: it answers `calls` calls as its scenario says. */
export class SippCallee {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly child: Child,
  ) {}

  /** Starts and waits until it listens. */
  static async start(options: SippOptions): Promise<SippCallee> {
    const { host = '127.0.0.1', transport = 'udp' } = options;
    const port = await freePort([host]);
    const folder = temporaryFolder();
    const child = startSipp(folder, options, ['-p', String(port)]);
    await until('sipp to listen', () => {
      if (child.hasEnded) throw new Error(`sipp ended at once:\n${child.stderr}`);
      return listens(transport, host, port);
    });
    return new SippCallee(port, folder, child);
  }

  /** What became of its calls, when all of them have ended. */
  async result(): Promise<SippResult> {
    await this.child.ended;
    return resultOf(this.folder, this.child);
  }
}

function startSipp(folder: string, options: SippOptions, args: readonly string[]): Child {
  const { host = '127.0.0.1', transport = 'udp', calls, rate = 50, limit = 200 } = options;
  const scenario = join(folder, `${options.scenario}.xml`);
  writeFileSync(scenario, filled(options));
  const keys = Object.entries(options.keys ?? {}).flatMap(([key, value]) => ['-key', key, String(value)]);
  const files = ['-trace_stat', '-stf', join(folder, 'stat.csv'), '-fd', '1', '-trace_err'];
  const errors = ['-error_file', join(folder, 'errors.log'), '-timeout', `${SECONDS}s`, '-timeout_error'];
  const load = ['-m', String(calls), '-r', String(rate), '-l', String(limit), '-nostdin', '-skip_rlimit'];
  const local = ['-i', host, '-bind_local', '-t', transport === 'tcp' ? 't1' : 'u1'];
  return new Child('sipp', ['-sf', scenario, ...local, ...load, ...files, ...errors, ...keys, ...args], {
    cwd: folder,
  });
}

function filled({ scenario, words = {} }: SippOptions): string {
  const text = readFileSync(new URL(`./sipp/${scenario}.xml`, import.meta.url), 'utf8');
  return Object.entries(words).reduce((filling, [word, value]) => filling.replaceAll(word, value), text);
}

function resultOf(folder: string, child: Child): SippResult {
  const statistics = contentOf(join(folder, 'stat.csv'));
  if (statistics === '') throw new Error(`sipp did not run:\n${child.stdout}${child.stderr}`);
  const [names = [], ...rows] = statistics
    .trim()
    .split('\n')
    .map((line) => line.split(';'));
  const last = rows.at(-1) ?? [];
  const count = (name: string) => Number(last[names.indexOf(name)]);
  const failed = count('FailedCall(C)');
  // Without a failed call there is nothing but retransmissions in it.
  const errors = failed === 0 ? '' : contentOf(join(folder, 'errors.log')).slice(0, 3000);
  return { successful: count('SuccessfulCall(C)'), failed, errors };
}

/** What sipp wrote; it makes the file of errors at the first error only. */
function contentOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Whether a socket listens there: from the kernel's tables, because a datagram to ask with would be a call to sipp. */
function listens(transport: 'udp' | 'tcp', host: string, port: number): boolean {
  const table = readFileSync(`/proc/net/${transport}${host.includes(':') ? '6' : ''}`, 'utf8');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const free = transport === 'tcp' ? '0A' : '07';
  return table.split('\n').some((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && state === free;
  });
}
