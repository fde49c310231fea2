import type { Knex } from 'knex';
import type { Engine } from '../storage.js';
import type { Dialect } from './dialect.js';
import { mysql } from './mysql.js';
import { postgres } from './postgres.js';
import { sqlite } from './sqlite.js';

const DIALECTS: Record<Engine, Dialect> = { sqlite, mysql, postgres };
const BY_DRIVER: ReadonlyMap<string, Dialect> = new Map([
  ['better-sqlite3', sqlite],
  ['mysql2', mysql],
  ['pg', postgres],
]);

export function dialectFor(engine: Engine): Dialect {
  return DIALECTS[engine];
}

/** The dialect that a knex speaks: all that a migration is given. */
export function dialectOf(knex: Knex): Dialect {
  const driver: string = knex.client.driverName;
  const dialect = BY_DRIVER.get(driver);
  if (dialect === undefined) throw new Error(`no dialect for the driver ${driver}`);
  return dialect;
}
