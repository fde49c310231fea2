import type { Knex } from 'knex';
import type { ColumnType } from '../tables/table.js';

/** Column types as PostgreSQL spells them; SQLite's are the same. */
export function standardColumnType(type: ColumnType): string {
  switch (type.kind) {
    case 'varchar':
      return `VARCHAR(${type.width})`;
    case 'letter':
      return 'CHAR(1)';
    case 'int':
    case 'unsigned':
      return 'INTEGER';
    case 'smallint':
      return 'SMALLINT';
    case 'float':
      return 'REAL';
    case 'datetime':
      return 'TIMESTAMP WITHOUT TIME ZONE';
  }
}

export function doubleQuoted(identifier: string): string {
  return `"${identifier}"`;
}

export function withTableName(table: string, index: string): string {
  return `${table}_${index}`;
}

export function whereEqual(query: Knex.QueryBuilder, column: string, text: string): Knex.QueryBuilder {
  return query.where(column, text);
}

/** For engines that answer the new row. */
export async function insertReturning(knex: Knex, table: string, row: object): Promise<number> {
  const [inserted] = await knex(table).insert(row, ['id']);
  return inserted.id;
}

/** For engines where CREATE TABLE is part of a transaction: the transaction holds the lock. */
export async function inTransaction<T>(knex: Knex, work: (knex: Knex) => Promise<T>): Promise<T> {
  return knex.transaction((transaction) => work(transaction));
}
