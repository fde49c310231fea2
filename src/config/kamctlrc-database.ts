import { Invalid } from './kind.js';

const ENGINES = new Map([
  ['mysql', 'mysql'],
  ['pgsql', 'postgres'],
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['sqlite', 'sqlite'],
]);

/**
 * The URL of the database that kamctlrc's variables describe, with kamctl's defaults (host localhost, name and user
 * kamailio); undefined when DBENGINE is unset, as kamctl then has no database either. Throws `Invalid`.
 */
export function databaseOfKamctlrc(value: (name: string) => string | undefined): string | undefined {
  const engine = value('DBENGINE');
  if (engine === undefined || engine === '') return undefined;
  const scheme = ENGINES.get(engine.toLowerCase());
  if (scheme === undefined) throw new Invalid(`is an engine that sipctl does not have`);
  return scheme === 'sqlite' ? sqliteUrl(value('DB_PATH')) : serverUrl(scheme, value);
}

function sqliteUrl(path: string | undefined): string {
  if (path === undefined || path === '') throw new Invalid('needs the file of the database in DB_PATH');
  return `sqlite:${path}`;
}

function serverUrl(scheme: string, value: (name: string) => string | undefined): string {
  const or = (name: string, fallback: string) => value(name) || fallback;
  const password = value('DBRWPW');
  const user = encodeURIComponent(or('DBRWUSER', 'kamailio'));
  const login = password ? `${user}:${encodeURIComponent(password)}` : user;
  const port = value('DBPORT');
  const host = or('DBHOST', 'localhost');
  const name = encodeURIComponent(or('DBNAME', 'kamailio'));
  return `${scheme}://${login}@${host.includes(':') ? `[${host}]` : host}${port ? `:${port}` : ''}/${name}`;
}
