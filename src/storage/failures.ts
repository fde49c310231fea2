import { Failure, type FailureCode, messageOf } from '../errors.js';

interface Reason {
  readonly code: FailureCode;
  /** What is said of the database. */
  readonly sentence: string;
  readonly hint?: string;
}

export const CREATE_HINT = 'sipctl db create makes what is missing';
const unreachable: Reason = {
  code: 'DATABASE',
  sentence: 'does not answer',
  hint: 'is the server running, and are host and port of the database URL right?',
};
const refused: Reason = {
  code: 'DATABASE',
  sentence: 'refuses the user or the password',
  hint: 'look at user and password in the database URL',
};
const forbidden: Reason = { code: 'DATABASE', sentence: 'does not let this user do that' };
const unknownDatabase: Reason = { code: 'DATABASE', sentence: 'does not exist', hint: CREATE_HINT };
const noTable: Reason = { code: 'DATABASE', sentence: 'lacks tables of sipctl', hint: CREATE_HINT };
const otherStructure: Reason = {
  code: 'DATABASE',
  sentence: 'has tables of another structure',
  hint: 'sipctl db status shows the versions',
};
const readOnly: Reason = { code: 'DATABASE', sentence: 'is read-only' };
const locked: Reason = {
  code: 'DATABASE',
  sentence: 'is locked by another program',
  hint: 'try again when that has ended',
};
const full: Reason = { code: 'DATABASE', sentence: 'cannot write: the disk is full' };
const crowded: Reason = { code: 'DATABASE', sentence: 'has no connection free' };
const starting: Reason = { code: 'DATABASE', sentence: 'is starting or shutting down', hint: 'try again' };
const lost: Reason = { code: 'DATABASE', sentence: 'closed the connection', hint: 'try again' };
const noAccess: Reason = {
  code: 'DATABASE',
  sentence: 'cannot be opened',
  hint: 'may this user read and write the file and its directory?',
};
const badPlace: Reason = { code: 'DATABASE', sentence: 'cannot be there: part of its path is no directory' };
const untrusted: Reason = {
  code: 'DATABASE',
  sentence: 'shows a certificate that is not trusted for this host',
  hint: 'sslrootcert=FILE in the database URL names its authority',
};
const withoutTls: Reason = { code: 'DATABASE', sentence: 'offers no TLS, and the URL asks for it' };
const damaged: Reason = { code: 'DATABASE', sentence: 'is damaged', hint: 'restore a backup' };
const noDatabase: Reason = { code: 'DATABASE', sentence: 'is a file of another kind' };
const tooLong: Reason = { code: 'USAGE', sentence: 'has no room for a value: it is too long' };
const badText: Reason = { code: 'USAGE', sentence: 'has a character set without one of these characters' };
const outOfRange: Reason = { code: 'USAGE', sentence: 'has no room for a number: it is out of range' };

/** Codes of SQLite, the operating system, MySQL and MariaDB, and PostgreSQL (SQLSTATE). */
const REASONS: ReadonlyMap<string, Reason> = new Map([
  ...all(unreachable, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'),
  ...all(unreachable, 'ENOENT'),
  ...all(refused, 'ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR', 'ER_HOST_NOT_PRIVILEGED'),
  ...all(refused, 'AUTH_SWITCH_PLUGIN_ERROR', '28P01', '28000'),
  ...all(
    forbidden,
    'ER_DBACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
    '42501',
  ),
  ...all(unknownDatabase, 'ER_BAD_DB_ERROR', '3D000'),
  ...all(noTable, 'ER_NO_SUCH_TABLE', '42P01'),
  ...all(otherStructure, 'ER_BAD_FIELD_ERROR', '42703'),
  ...all(readOnly, 'SQLITE_READONLY', 'EROFS', 'ER_OPTION_PREVENTS_STATEMENT', 'ER_READ_ONLY_MODE', '25006'),
  ...all(locked, 'SQLITE_BUSY', 'SQLITE_LOCKED', 'ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK', '55P03', '40P01', '40001'),
  ...all(full, 'SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL', '53100'),
  ...all(crowded, 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS', '53300'),
  ...all(starting, 'ER_SERVER_SHUTDOWN', '57P01', '57P03'),
  ...all(lost, 'ECONNRESET', 'PROTOCOL_CONNECTION_LOST', '57P02'),
  ...all(noAccess, 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'EACCES', 'EPERM'),
  ...all(badPlace, 'ENOTDIR', 'EEXIST', 'EISDIR'),
  ...all(untrusted, 'HANDSHAKE_SSL_ERROR', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
  ...all(untrusted, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED'),
  ...all(withoutTls, 'HANDSHAKE_NO_SSL_SUPPORT'),
  ...all(damaged, 'SQLITE_CORRUPT'),
  ...all(noDatabase, 'SQLITE_NOTADB'),
  ...all(tooLong, 'ER_DATA_TOO_LONG', '22001'),
  ...all(badText, 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 'ER_CANT_AGGREGATE_2COLLATIONS', '22021', '22P05'),
  ...all(outOfRange, 'ER_WARN_DATA_OUT_OF_RANGE', '22003'),
]);

const DUPLICATES = ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'ER_DUP_ENTRY', '23505', '42P04'];
const DEADLOCKS = ['ER_LOCK_DEADLOCK', '40P01', '40001'];

function all(reason: Reason, ...codes: string[]): [string, Reason][] {
  return codes.map((code) => [code, reason]);
}

/** Whether what was to be added is there already: a row in a unique index, a database. */
export function isDuplicate(error: unknown): boolean {
  return DUPLICATES.includes(codeOf(error));
}

/** Whether the engine ended the transaction because it and another one waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return DEADLOCKS.includes(codeOf(error));
}

export function isUnknownDatabase(error: unknown): boolean {
  return REASONS.get(codeOf(error)) === unknownDatabase;
}

/**
 * An error of a driver, or of the system below it, as a Failure; anything else is a bug and is answered as it is.
 * @param name the database's URL, without its password
 */
export function translated(error: unknown, name: string): unknown {
  if (error instanceof Failure) return error;
  const reason = reasonOf(error);
  if (reason !== undefined) return new Failure(reason.code, `the database ${name} ${reason.sentence}`, reason.hint);
  return isDrivers(error) ? new Failure('DATABASE', `the database ${name} refuses: ${ownWords(error)}`) : error;
}

function reasonOf(error: unknown): Reason | undefined {
  const code = codeOf(error);
  // SQLite's extended codes, such as SQLITE_READONLY_DIRECTORY, begin with the plain one.
  const plain = code.startsWith('SQLITE_') ? code.split('_').slice(0, 2).join('_') : code;
  return REASONS.get(code) ?? REASONS.get(plain) ?? reasonWithoutCode(messageOf(error));
}

function reasonWithoutCode(message: string): Reason | undefined {
  if (message.includes('no such table')) return noTable;
  if (message.includes('no such column')) return otherStructure;
  if (/timeout expired|connection timeout|Timeout acquiring/.test(message)) return unreachable;
  if (message.includes('does not support SSL')) return withoutTls;
  return message.includes('Connection terminated') ? lost : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isDrivers(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'SqliteError' || 'sqlState' in error || 'severity' in error);
}

/** What the engine said, without the statement that knex puts before it. */
function ownWords(error: Error): string {
  return error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, '');
}
