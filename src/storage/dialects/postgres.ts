import { localTimes } from '../time.js';
import type { ServerUrl } from '../url.js';
import { bulkOnServer } from './bulk.js';
import { CONNECT_TIMEOUT, QUIET, SERVER_POOL } from './connection.js';
import type { Dialect } from './dialect.js';
import {
  doubleQuoted,
  insertReturning,
  inTransaction,
  standardColumnType,
  whereEqual,
  withTableName,
} from './standard.js';
import { tlsOptions } from './tls.js';

/** Types of PostgreSQL that we read our own way: times stay text (time.ts), counts are numbers. */
const TIMESTAMP = 1114;
const INT8 = 20;

/** Any number will do that everybody who changes our schema uses. */
const LOCK = 7_479_712_108;

export const postgres: Dialect = {
  engine: 'postgres',
  times: localTimes,
  largestSmallint: 32_767,
  ddl: {
    id: 'SERIAL PRIMARY KEY NOT NULL',
    inlineIndexes: false,
    columnType: standardColumnType,
    quote: doubleQuoted,
    indexName: withTableName,
  },

  async knexConfig(url, database) {
    const { default: pg } = await import('pg');
    const { user, password, host, port, socket } = url as ServerUrl;
    return {
      ...QUIET,
      client: 'pg',
      connection: {
        host: socket ?? host,
        port,
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password }),
        database: database ?? (url as ServerUrl).database,
        application_name: 'sipctl',
        connectionTimeoutMillis: CONNECT_TIMEOUT,
        types: {
          getTypeParser: (type: number, format?: 'text') =>
            ourParsers.get(type) ?? pg.types.getTypeParser(type, format),
        },
        ...tlsOptions(url as ServerUrl),
      },
      pool: { ...SERVER_POOL, afterCreate: setUp },
    };
  },

  whereText: whereEqual,

  tableNames: (knex) => knex('pg_tables').whereRaw('schemaname = current_schema()').pluck('tablename'),

  insertRow: insertReturning,
  bulk: bulkOnServer,

  async prepare() {},

  exclusively: (knex, work) =>
    inTransaction(knex, async (transaction) => {
      await transaction.raw('select pg_advisory_xact_lock(?)', [LOCK]);
      return work(transaction);
    }),
};

const ourParsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [TIMESTAMP, (text) => text],
  [INT8, Number],
]);

interface Connection {
  query(sql: string, done: (error: unknown) => void): void;
}

function setUp(connection: Connection, done: (error: unknown, connection: Connection) => void): void {
  connection.query('set datestyle = ISO', (error) => done(error, connection));
}
