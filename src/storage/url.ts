import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Failure } from '../errors.js';
import type { Engine } from './storage.js';

export interface SqliteUrl {
  readonly engine: 'sqlite';
  /** Absolute path, or `:memory:`. */
  readonly path: string;
  readonly masked: string;
}

export interface ServerUrl {
  readonly engine: 'mysql' | 'postgres';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The server's unix socket (MySQL) or the folder of it (PostgreSQL), used in place of host and port. */
  readonly socket: string | undefined;
  /** Whether the connection is TLS with the certificate and host name checked. */
  readonly tls: boolean;
  /** File of the certificate authority, where the system's are not meant. */
  readonly tlsAuthority: string | undefined;
  readonly masked: string;
}

export type DatabaseUrl = SqliteUrl | ServerUrl;

const SCHEMES: ReadonlyMap<string, Engine> = new Map([
  ['sqlite', 'sqlite'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['pgsql', 'postgres'],
]);
const DEFAULT_PORT = { mysql: 3306, postgres: 5432 };
const PARAMETERS = ['socket', 'sslmode', 'sslrootcert'];

/**
 * Reads the name of a database: `sqlite:PATH`, `mysql://USER:PASSWORD@HOST:PORT/NAME` and their other spellings,
 * Kamailio's DBURL among them. Parameters of servers: `socket`, `sslmode=disable|verify-full`, `sslrootcert`.
 * @throws Failure CONFIG, without the password
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const colon = text.indexOf(':');
  const engine = SCHEMES.get(text.slice(0, Math.max(colon, 0)).toLowerCase());
  if (engine === undefined) throw invalid(text, `it must begin with one of ${[...SCHEMES.keys()].join(':, ')}:`);
  const rest = text.slice(colon + 1);
  return engine === 'sqlite' ? parseSqlite(text, rest) : parseServer(engine, text, rest);
}

/** The URL with `***` for its password. */
export function maskUrl(text: string): string {
  const start = text.indexOf('://') + 3;
  const at = text.lastIndexOf('@');
  const colon = text.indexOf(':', start);
  return start < 3 || colon < 0 || colon > at ? text : `${text.slice(0, colon)}:***${text.slice(at)}`;
}

function invalid(text: string, why: string): Failure {
  return new Failure(
    'CONFIG',
    `the database URL ${maskUrl(text)} is not valid: ${why}`,
    'write it as sqlite:PATH or mysql://USER:PASSWORD@HOST/NAME or postgres://USER:PASSWORD@HOST/NAME',
  );
}

function parseSqlite(text: string, rest: string): SqliteUrl {
  // Kamailio writes an absolute path as sqlite:////path; the authority, if any, is empty.
  const path = rest.startsWith('//') ? rest.slice(2).replace(/^\/+/, '/') : rest;
  if (path === '') throw invalid(text, 'it names no file');
  const absolute = path === ':memory:' ? path : resolve(path);
  return { engine: 'sqlite', path: absolute, masked: `sqlite:${absolute}` };
}

function parseServer(engine: 'mysql' | 'postgres', text: string, rest: string): ServerUrl {
  if (!rest.startsWith('//')) throw invalid(text, `${engine}: is followed by //HOST/NAME`);
  const at = rest.lastIndexOf('@');
  const [place = '', query] = cut(rest.slice(at < 0 ? 2 : at + 1), '?');
  const [server = '', database] = cut(place, '/');
  if (database === undefined || database === '') throw invalid(text, 'it names no database');
  const [user, password] = at < 0 ? [] : cut(rest.slice(2, at), ':');
  return {
    engine,
    user: user === undefined || user === '' ? undefined : decode(user),
    password: password === undefined ? undefined : decode(password),
    ...parseHost(text, server, DEFAULT_PORT[engine]),
    database: decode(database),
    ...parseParameters(text, query),
    masked: maskUrl(text),
  };
}

function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Percent-decoded where that is possible; Kamailio's DBURL has its passwords unescaped. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseHost(text: string, server: string, defaultPort: number): { host: string; port: number } {
  const end = server.startsWith('[') ? server.indexOf(']') + 1 : server.length;
  const colon = server.indexOf(':', server.startsWith('[') ? end : 0);
  const host = server.slice(0, colon < 0 ? server.length : colon).replace(/^\[|\]$/g, '');
  if (server.startsWith('[') && isIP(host) !== 6) throw invalid(text, 'the host in brackets is no IPv6 address');
  const port = colon < 0 ? defaultPort : Number(server.slice(colon + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalid(text, 'the port is not 1 to 65535');
  return { host: host === '' ? 'localhost' : host, port };
}

function parseParameters(text: string, query = ''): Pick<ServerUrl, 'socket' | 'tls' | 'tlsAuthority'> {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name)) throw invalid(text, `its parameters are ${PARAMETERS.join(', ')}`);
  }
  const sslmode = parameters.get('sslmode') ?? 'disable';
  if (sslmode !== 'disable' && sslmode !== 'verify-full') throw invalid(text, 'sslmode is disable or verify-full');
  return {
    socket: parameters.get('socket') ?? undefined,
    tls: sslmode === 'verify-full',
    tlsAuthority: parameters.get('sslrootcert') ?? undefined,
  };
}
