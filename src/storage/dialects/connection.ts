import type { Knex } from 'knex';

/** Milliseconds that connecting to a server may take. */
export const CONNECT_TIMEOUT = 5000;

/** Milliseconds that a writer on SQLite waits for another one. */
export const BUSY_TIMEOUT = 5000;

/** knex's table of the migrations that ran. */
export const HISTORY = 'sipctl_migrations';

/** What every engine's knex is given: nothing is printed, and no message carries the values of a statement. */
export const QUIET: Knex.Config = {
  compileSqlOnError: false,
  asyncStackTraces: false,
  acquireConnectionTimeout: CONNECT_TIMEOUT,
  migrations: { tableName: HISTORY },
  log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
};

/** What knex would log, it also throws. */
function ignore(): void {}

/** Connections to a server: made when needed, given back when idle. */
export const SERVER_POOL = { min: 0, max: 4 };
