import type { Knex } from 'knex';
import type { BulkChange, SqlValue } from './bulk.js';

/** The part of better-sqlite3 that is needed here. */
interface Connection {
  prepare(sql: string): Statement;
}

interface Statement {
  run(...values: readonly SqlValue[]): unknown;
}

/** Prepared once for each connection: preparing costs more than running. */
const prepared = new WeakMap<Connection, Map<string, Statement>>();

/** One short statement run for each row: without a network in between that is quicker than one long statement. */
export async function bulkOnSqlite(transaction: Knex, change: BulkChange): Promise<void> {
  const connection: Connection = await transaction.client.acquireConnection();
  if (change.deletes.length > 0) {
    const statement = prepare(connection, deleteStatement(change));
    for (const key of change.deletes) statement.run(key);
  }
  if (change.upserts.length > 0) {
    const statement = prepare(connection, upsertStatement(change));
    for (const values of change.upserts) statement.run(...values);
  }
}

function prepare(connection: Connection, sql: string): Statement {
  const statements = prepared.get(connection) ?? new Map<string, Statement>();
  prepared.set(connection, statements);
  const statement = statements.get(sql) ?? connection.prepare(sql);
  statements.set(sql, statement);
  return statement;
}

function deleteStatement({ table, key }: BulkChange): string {
  return `DELETE FROM "${table.name}" WHERE "${key}" = ?`;
}

function upsertStatement({ table, key }: BulkChange): string {
  const names = table.columns.map((column) => `"${column.name}"`);
  const places = names.map(() => '?').join(', ');
  const updates = names.map((name) => `${name} = excluded.${name}`).join(', ');
  return `INSERT INTO "${table.name}" (${names.join(', ')}) VALUES (${places}) ON CONFLICT ("${key}") DO UPDATE SET ${updates}`;
}
