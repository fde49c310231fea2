import { julianDays } from '../time.js';
import type { DatabaseUrl, SqliteUrl } from '../url.js';
import { BUSY_TIMEOUT, QUIET } from './connection.js';
import type { Dialect } from './dialect.js';
import { bulkOnSqlite } from './sqlite-bulk.js';
import {
  doubleQuoted,
  insertReturning,
  inTransaction,
  standardColumnType,
  whereEqual,
  withTableName,
} from './standard.js';

export const sqlite: Dialect = {
  engine: 'sqlite',
  times: julianDays,
  largestSmallint: 65_535,
  ddl: {
    id: 'INTEGER PRIMARY KEY NOT NULL',
    inlineIndexes: false,
    columnType: standardColumnType,
    quote: doubleQuoted,
    indexName: withTableName,
  },

  async knexConfig(url: DatabaseUrl) {
    const { SqliteClient } = await import('./sqlite-client.js');
    return {
      ...QUIET,
      client: SqliteClient,
      connection: { filename: (url as SqliteUrl).path },
      useNullAsDefault: true,
      pool: { min: 1, max: 1, afterCreate: setUp },
    };
  },

  whereText: whereEqual,

  tableNames: (knex) => knex('sqlite_master').where('type', 'table').pluck('name'),

  insertRow: insertReturning,
  bulk: bulkOnSqlite,

  /** The write-ahead log lets a server and the command line work on one file; the mode stays with the file. */
  async prepare(knex) {
    await knex.raw('PRAGMA journal_mode = WAL');
  },

  // A transaction is the only writer (SqliteClient), so this needs no other lock.
  exclusively: inTransaction,
};

interface Connection {
  pragma(source: string): unknown;
}

function setUp(connection: Connection, done: (error: unknown, connection: Connection) => void): void {
  connection.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
  // A 200 to REGISTER must survive a power cut too: each commit is on the disk when it returns.
  connection.pragma('synchronous = FULL');
  done(undefined, connection);
}
