import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Engine } from '../../src/storage/storage.js';
import { Child } from './child.js';
import { commandPath, havePeers } from './peers.mjs';
import { freePort } from './ports.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

const USER = 'sipctl';
const PASSWORD = 'p@ss/word';

/** Where databases for tests are made: a folder, or a private server on a loopback port with its data in a folder. */
export interface DatabaseServer {
  readonly engine: Engine;
  readonly port: number;
  /** The URL of a database of that name, which is there only when somebody created it. */
  url(name: string): string;
  /** The URL of a database that is not there yet. */
  newUrl(): string;
  stop(): Promise<void>;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly start: () => Promise<DatabaseServer>;
}

/**
 * The engines of this machine, for `describe.each`. One that is not installed is left out with a message, except with
 * CI=true, where its start fails.
 */
export function availableEngines(): TestEngine[] {
  const engines: TestEngine[] = [{ engine: 'sqlite', start: startSqlite }];
  if (isWanted('mariadb-server')) engines.push({ engine: 'mysql', start: () => startMariadb() });
  if (isWanted('postgresql')) engines.push({ engine: 'postgres', start: () => startPostgres() });
  return engines;
}

function isWanted(name: string): boolean {
  const wanted = process.env.CI === 'true' || havePeers(name);
  if (!wanted) console.warn(`skipped, because ${name} is not installed: the storage on it`);
  return wanted;
}

let databases = 0;

function newName(): string {
  databases += 1;
  return `sipctl_${databases}`;
}

async function startSqlite(): Promise<DatabaseServer> {
  const folder = temporaryFolder();
  const url = (name: string) => `sqlite:${join(folder, `${name}.db`)}`;
  return { engine: 'sqlite', port: 0, url, newUrl: () => url(newName()), stop: async () => {} };
}

/** A MariaDB that keeps nothing: no flush, small buffers. `options` are further ones of mariadbd. */
export async function startMariadb(options: readonly string[] = []): Promise<DatabaseServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const data = join(folder, 'data');
  // A folder for temporary files of its own: when a MariaDB starts, it deletes those of others that it finds.
  const common = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder}`];
  if (process.getuid?.() === 0) common.push('--user=root');
  const install = [...common, '--skip-test-db', '--auth-root-authentication-method=normal'];
  execFileSync(command('mariadb-install-db'), install, { stdio: 'pipe' });
  const initFile = join(folder, 'init.sql');
  writeFileSync(initFile, `GRANT ALL ON *.* TO '${USER}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}' WITH GRANT OPTION;\n`);
  const child = new Child(command('mariadbd'), [
    ...common,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--init-file=${initFile}`,
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=16M',
    ...options,
  ]);
  return ready('mysql', port, child, 'ready for connections');
}

/** A PostgreSQL that keeps nothing; it refuses to run as root, so root starts it as Debian's user. `options` are settings. */
export async function startPostgres(options: readonly string[] = []): Promise<DatabaseServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const identity = process.getuid?.() === 0 ? userIds('postgres') : undefined;
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  const init = ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'];
  execFileSync(postgresCommand('initdb'), init, { stdio: 'pipe', cwd: folder, ...identity });
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'shared_buffers=16MB',
    ...options,
  ];
  const child = new Child(
    postgresCommand('postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { cwd: folder, ...identity },
  );
  return ready('postgres', port, child, 'ready to accept connections');
}

const servers = new Set<DatabaseServer>();

afterAll(() => Promise.all([...servers].map((server) => server.stop())));

async function ready(engine: Engine, port: number, child: Child, sign: string): Promise<DatabaseServer> {
  await until(`${engine} to be ready`, () => {
    if (child.hasEnded) throw new Error(`${engine} ended at once:\n${child.stderr}`);
    return child.stderr.includes(sign);
  });
  const url = (name: string) => `${engine}://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${name}`;
  // SIGQUIT is PostgreSQL's quick end; its own processes outlive a SIGKILL.
  const stop = async () => void (await child.end(engine === 'postgres' ? 'SIGQUIT' : 'SIGKILL'));
  const server: DatabaseServer = { engine, port, url, newUrl: () => url(newName()), stop };
  servers.add(server);
  return server;
}

function command(name: string): string {
  const path = commandPath(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** Debian keeps each version's programs in a folder of its own; the newest is taken. */
function postgresCommand(name: string): string {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  return join('/usr/lib/postgresql', versions[0] ?? '', 'bin', name);
}

function userIds(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
