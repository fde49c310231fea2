import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { isDeadlock, isDuplicate, translated } from '../../src/storage/failures.js';
import { openDatabase } from '../../src/storage/open.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';

const coded = (code: string, message = 'their words') => Object.assign(new Error(message), { code });
const NAME = 'mysql://u:***@h/d';

describe("a driver's error is told as one sentence", () => {
  it.each([
    ['ECONNREFUSED', 'DATABASE', 'does not answer'],
    ['ETIMEDOUT', 'DATABASE', 'does not answer'],
    ['ENOTFOUND', 'DATABASE', 'does not answer'],
    ['ER_ACCESS_DENIED_ERROR', 'DATABASE', 'refuses the user or the password'],
    ['28P01', 'DATABASE', 'refuses the user or the password'],
    ['ER_BAD_DB_ERROR', 'DATABASE', 'does not exist'],
    ['3D000', 'DATABASE', 'does not exist'],
    ['ER_NO_SUCH_TABLE', 'DATABASE', 'lacks tables of sipctl'],
    ['42P01', 'DATABASE', 'lacks tables of sipctl'],
    ['SQLITE_READONLY', 'DATABASE', 'is read-only'],
    ['SQLITE_READONLY_DIRECTORY', 'DATABASE', 'is read-only'],
    ['25006', 'DATABASE', 'is read-only'],
    ['ER_OPTION_PREVENTS_STATEMENT', 'DATABASE', 'is read-only'],
    ['SQLITE_BUSY', 'DATABASE', 'is locked by another program'],
    ['SQLITE_BUSY_SNAPSHOT', 'DATABASE', 'is locked by another program'],
    ['ER_LOCK_WAIT_TIMEOUT', 'DATABASE', 'is locked by another program'],
    ['SQLITE_FULL', 'DATABASE', 'cannot write: the disk is full'],
    ['ENOSPC', 'DATABASE', 'cannot write: the disk is full'],
    ['53100', 'DATABASE', 'cannot write: the disk is full'],
    ['SQLITE_CANTOPEN', 'DATABASE', 'cannot be opened'],
    ['EACCES', 'DATABASE', 'cannot be opened'],
    ['SQLITE_CORRUPT', 'DATABASE', 'is damaged'],
    ['53300', 'DATABASE', 'has no connection free'],
    ['57P03', 'DATABASE', 'is starting or shutting down'],
    ['PROTOCOL_CONNECTION_LOST', 'DATABASE', 'closed the connection'],
    ['22001', 'USAGE', 'has no room for a value: it is too long'],
    ['ER_WARN_DATA_OUT_OF_RANGE', 'USAGE', 'has no room for a number: it is out of range'],
  ])('%s', (code, failureCode, sentence) => {
    const failure = translated(coded(code), NAME);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: failureCode, message: `the database ${NAME} ${sentence}` });
  });

  it.each([
    ['timeout expired', 'does not answer'],
    ['Knex: Timeout acquiring a connection. The pool is probably full.', 'does not answer'],
    ['Connection terminated unexpectedly', 'closed the connection'],
  ])('also without a code: %s', (message, sentence) => {
    expect(translated(new Error(message), NAME)).toMatchObject({ message: `the database ${NAME} ${sentence}` });
  });
});

it('a Failure and a bug stay what they are', () => {
  const failure = new Failure('CONFLICT', 'exists');
  const bug = new TypeError('x is not a function');
  expect(translated(failure, NAME)).toBe(failure);
  expect(translated(bug, NAME)).toBe(bug);
});

it('an error that is not known is told in the words of the engine, without the statement and its values', async () => {
  const db = await openDatabase(parseDatabaseUrl('sqlite::memory:'));
  await db.knex.raw('create table t (a text check (a = 1))');
  await expect(db.query((knex) => knex('t').insert({ a: 'secret' }))).rejects.toMatchObject({
    code: 'DATABASE',
    message: 'the database sqlite::memory: refuses: CHECK constraint failed: a = 1',
  });
  await db.close();
});

it('knows what means "exists already" and "try again"', () => {
  for (const code of ['SQLITE_CONSTRAINT_UNIQUE', 'ER_DUP_ENTRY', '23505']) expect(isDuplicate(coded(code))).toBe(true);
  for (const code of ['ER_LOCK_DEADLOCK', '40P01', '40001']) expect(isDeadlock(coded(code))).toBe(true);
  expect(isDuplicate(coded('23502'))).toBe(false);
  expect(isDeadlock(new Error('deadlock'))).toBe(false);
});
