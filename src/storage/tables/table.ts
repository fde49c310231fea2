/**
 * A table as data. The migrations create it from this on each engine, and whoever needs its columns, widths or indexes
 * (the checks before a write, the comparison with a database) reads them here.
 */
export interface Table {
  readonly name: string;
  /** The number that belongs in Kamailio's table `version`; a module of Kamailio starts only when it is equal. */
  readonly version: number;
  /** All columns but `id`, the automatic key that every table has. */
  readonly columns: readonly Column[];
  readonly unique: readonly Index[];
  readonly indexes: readonly Index[];
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Undefined is a column without DEFAULT. */
  readonly default: string | number | null | undefined;
}

export type ColumnType =
  | { readonly kind: 'varchar'; readonly width: number }
  /** One of a few fixed letters, held by a CHECK. */
  | { readonly kind: 'letter'; readonly letters: readonly string[] }
  | { readonly kind: 'int' }
  /** Unsigned on MySQL only; `display` is MySQL's display width. */
  | { readonly kind: 'unsigned'; readonly display: number }
  | { readonly kind: 'smallint' }
  | { readonly kind: 'float'; readonly digits: number; readonly decimals: number }
  | { readonly kind: 'datetime' };

export interface Index {
  /** Name as MySQL has it; PostgreSQL and SQLite put the table's name and `_` before it. */
  readonly name: string;
  readonly columns: readonly string[];
}

type Parts = Pick<Table, 'name' | 'version' | 'columns'> & Partial<Table>;

export function table(parts: Parts): Table {
  return { unique: [], indexes: [], ...parts };
}

export function index(name: string, ...columns: string[]): Index {
  return { name, columns };
}

interface Options {
  default?: string | number | null;
  nullable?: boolean;
}

function column(name: string, type: ColumnType, options: Options): Column {
  return { name, type, nullable: options.nullable ?? false, default: options.default };
}

export function varchar(name: string, width: number, options: Options = {}): Column {
  return column(name, { kind: 'varchar', width }, options);
}

/** A varchar that is never null and empty unless given. */
export function text(name: string, width: number): Column {
  return varchar(name, width, { default: '' });
}

/** A varchar that is null unless given. */
export function optionalText(name: string, width: number): Column {
  return varchar(name, width, { default: null, nullable: true });
}

export function letter(name: string, letters: readonly string[]): Column {
  return column(name, { kind: 'letter', letters }, {});
}

export function int(name: string, options: Options = {}): Column {
  return column(name, { kind: 'int' }, options);
}

export function unsigned(name: string, options: Options & { display?: number } = {}): Column {
  return column(name, { kind: 'unsigned', display: options.display ?? 10 }, options);
}

export function smallint(name: string, options: Options = {}): Column {
  return column(name, { kind: 'smallint' }, options);
}

export function float(name: string, digits: number, decimals: number, options: Options = {}): Column {
  return column(name, { kind: 'float', digits, decimals }, options);
}

export function datetime(name: string, options: Options = {}): Column {
  return column(name, { kind: 'datetime' }, options);
}

/** The time of the last change; Kamailio's default stands for "unknown". */
export function lastModified(name = 'last_modified'): Column {
  return datetime(name, { default: '2000-01-01 00:00:01' });
}
