import type { Knex } from 'knex';
import type { Table } from '../tables/table.js';

export type SqlValue = string | number | null;

/** Many rows of one table at once. */
export interface BulkChange {
  readonly table: Table;
  /** The column that names a row: text, with a unique index, the first of the table. */
  readonly key: string;
  /** Values in the order of the table's columns: inserted, or updated where the key is known. No key comes twice. */
  readonly upserts: readonly (readonly SqlValue[])[];
  /** Keys of the rows to delete. */
  readonly deletes: readonly string[];
}

/** Rows a statement takes on a server: times 23 values, within the 65,535 of PostgreSQL. */
const CHUNK = 1000;

/**
 * As few statements as a server allows. Known rows are written under their own id: an insert that ends as an update
 * would use up a number of the automatic key each time, and 2^31 of them do not last a busy registrar for two months.
 */
export async function bulkOnServer(transaction: Knex, change: BulkChange): Promise<void> {
  const { table, key } = change;
  for (const keys of chunks(change.deletes)) await transaction(table.name).whereIn(key, keys).delete();
  for (const rows of chunks(change.upserts)) {
    const ids = await idsOf(transaction, change, rows);
    const known: object[] = [];
    const fresh: object[] = [];
    for (const values of rows) {
      const id = ids.get(values[0]);
      if (id === undefined) fresh.push(named(table, values));
      else known.push({ id, ...named(table, values) });
    }
    await upsert(transaction, change, known);
    await upsert(transaction, change, fresh);
  }
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK);
}

async function idsOf(
  transaction: Knex,
  { table, key }: BulkChange,
  rows: readonly (readonly SqlValue[])[],
): Promise<Map<SqlValue | undefined, number>> {
  const keys = rows.map(([first = null]) => first);
  const known = await transaction(table.name).whereIn(key, keys).select('id', key);
  return new Map(known.map((row) => [row[key], row.id]));
}

function named(table: Table, values: readonly SqlValue[]): object {
  return Object.fromEntries(table.columns.map((column, at) => [column.name, values[at]]));
}

async function upsert(transaction: Knex, { table, key }: BulkChange, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await transaction(table.name).insert(rows).onConflict(key).merge();
}
