/** A value as JSON has it: a date is ISO 8601 in UTC, without milliseconds. */
export function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** A value as one cell: an SQL NULL is empty, a list is joined by commas. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(cell).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The declared columns of a row and nothing else, so that no secret gets out that a command did not mean to show. */
export function pick(row: object, columns: readonly string[]): Record<string, unknown> {
  const values = new Map(Object.entries(row));
  return Object.fromEntries(columns.filter((name) => values.has(name)).map((name) => [name, values.get(name)]));
}
