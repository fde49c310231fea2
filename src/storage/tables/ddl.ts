import type { Ddl } from '../dialects/dialect.js';
import type { Column, Index, Table } from './table.js';

/** The statements that create a table with its indexes, in order. */
export function createStatements(table: Table, ddl: Ddl): string[] {
  const lines = [
    `${ddl.quote('id')} ${ddl.id}`,
    ...table.columns.map((column) => columnLine(column, ddl)),
    ...table.unique.map(
      (index) => `CONSTRAINT ${ddl.indexName(table.name, index.name)} UNIQUE ${columnList(index, ddl)}`,
    ),
    ...table.columns.flatMap((column) => checkLine(table, column, ddl)),
    ...(ddl.inlineIndexes ? table.indexes.map((index) => `INDEX ${index.name} ${columnList(index, ddl)}`) : []),
  ];
  const create = `CREATE TABLE ${ddl.quote(table.name)} (\n  ${lines.join(',\n  ')}\n)`;
  return ddl.inlineIndexes ? [create] : [create, ...table.indexes.map((index) => indexStatement(table, index, ddl))];
}

function columnLine(column: Column, ddl: Ddl): string {
  const value = column.default === undefined ? '' : ` DEFAULT ${literal(column.default)}`;
  return `${ddl.quote(column.name)} ${ddl.columnType(column.type)}${value}${column.nullable ? '' : ' NOT NULL'}`;
}

function checkLine(table: Table, column: Column, ddl: Ddl): string[] {
  if (column.type.kind !== 'letter') return [];
  const letters = column.type.letters.map(literal).join(', ');
  return [`CONSTRAINT ${table.name}_${column.name}_check CHECK (${ddl.quote(column.name)} IN (${letters}))`];
}

function indexStatement(table: Table, index: Index, ddl: Ddl): string {
  return `CREATE INDEX ${ddl.indexName(table.name, index.name)} ON ${ddl.quote(table.name)} ${columnList(index, ddl)}`;
}

function columnList(index: Index, ddl: Ddl): string {
  return `(${index.columns.map((column) => ddl.quote(column)).join(', ')})`;
}

/** Defaults come from our own descriptions, never from input. */
function literal(value: string | number | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : `'${value}'`;
}
