import type { Knex } from 'knex';
import type { Dialect } from './dialects/dialect.js';
import { isDeadlock, isDuplicate, translated } from './failures.js';

const ATTEMPTS = 5;

/** A connection to one database: what the repositories work on. Errors of the drivers leave it as Failures. */
export class Database {
  constructor(
    readonly knex: Knex,
    readonly dialect: Dialect,
    /** The URL with its password masked. */
    readonly name: string,
  ) {}

  /** Runs work outside of a transaction. */
  async query<T>(work: (knex: Knex) => PromiseLike<T>): Promise<T> {
    try {
      return await work(this.knex);
    } catch (error) {
      throw translated(error, this.name);
    }
  }

  /**
   * Runs work in a transaction: all of it or nothing. Where the engine ends one of two transactions that wait for each
   * other, the work is done again. `onDuplicate` makes what is thrown when a unique index has the row already.
   */
  async transaction<T>(work: (transaction: Knex) => PromiseLike<T>, onDuplicate?: () => Error): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.knex.transaction(async (transaction) => work(transaction));
      } catch (error) {
        if (isDeadlock(error) && attempt < ATTEMPTS) continue;
        throw onDuplicate !== undefined && isDuplicate(error) ? onDuplicate() : translated(error, this.name);
      }
    }
  }

  async close(): Promise<void> {
    await this.knex.destroy();
  }
}

/**
 * Makes the transaction the only one that changes this table, until it ends. Where a table of Kamailio's has no unique
 * index, this is what keeps two writers from adding the same row; the table's row in `version` serves as the lock.
 */
export async function lockTable(transaction: Knex, table: string): Promise<void> {
  await transaction('version').where('table_name', table).forUpdate().select('id');
}

/** How many rows a query selects. */
export async function countOf(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count({ count: '*' });
  return Number(row.count);
}
