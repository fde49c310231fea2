import { Failure } from '../errors.js';
import type { Dialect } from './dialects/dialect.js';
import type { Column, Table } from './tables/table.js';

/**
 * Refuses what one of the engines could not store exactly, on every engine alike, before anything is written: text
 * longer than its column, NUL (which PostgreSQL has not), half of a surrogate pair, a port too large for its type.
 * @throws Failure USAGE
 */
export function demandStorable(dialect: Dialect, table: Table, row: object): void {
  for (const column of table.columns) {
    const value: unknown = Reflect.get(row, column.name);
    const fault = faultOf(dialect, column, value);
    if (fault !== undefined) throw new Failure('USAGE', `${table.name}.${column.name} ${fault}`);
  }
}

function faultOf(dialect: Dialect, column: Column, value: unknown): string | undefined {
  if (column.type.kind === 'varchar' && typeof value === 'string') return faultOfText(value, column.type.width);
  if (column.type.kind !== 'smallint' || typeof value !== 'number' || value <= dialect.largestSmallint)
    return undefined;
  return `holds no number above ${dialect.largestSmallint} on this engine (Kamailio's column is a SMALLINT)`;
}

function faultOfText(text: string, width: number): string | undefined {
  if (isLonger(text, width)) return `holds at most ${width} characters`;
  if (text.includes('\0')) return 'cannot hold the character NUL';
  return /\p{Surrogate}/u.test(text) ? 'cannot hold what is not Unicode text' : undefined;
}

/** Engines count characters, JavaScript counts UTF-16 units: never fewer, at most twice as many. */
function isLonger(text: string, width: number): boolean {
  if (text.length <= width) return false;
  return text.length > 2 * width || [...text].length > width;
}
