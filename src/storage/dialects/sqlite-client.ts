import { setTimeout as pause } from 'node:timers/promises';
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js';
import { BUSY_TIMEOUT } from './connection.js';

/** Milliseconds between two tries to begin. */
const BUSY_PAUSE = 5;

interface Connection {
  pragma(source: string): unknown;
}

/**
 * knex's client for better-sqlite3, whose transactions take the write lock when they begin. One that reads first and
 * writes then could not wait for another writer: SQLite refuses it at once, as its snapshot is old.
 */
export class SqliteClient extends BetterSqlite3Client {
  override async _query(connection: Connection, query: { sql: string }): Promise<unknown> {
    if (query.sql !== 'BEGIN;') return super._query(connection, query);
    // Waiting here, not in SQLite, leaves the thread to others: a server goes on while somebody imports.
    connection.pragma('busy_timeout = 0');
    try {
      return await untilFree(() => super._query(connection, { ...query, sql: 'BEGIN IMMEDIATE;' }));
    } finally {
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }
}

async function untilFree<T>(begin: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      return await begin();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
    }
    await pause(BUSY_PAUSE);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
