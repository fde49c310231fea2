import type { Knex } from 'knex';
import { Failure } from '../../errors.js';
import { dialectOf } from '../dialects/of.js';
import { createStatements } from './ddl.js';
import type { Table } from './table.js';

/**
 * A migration that creates what is missing of these tables, and their rows in `version`. It may find any part of its
 * work done: by kamdbctl, or by itself before a crash.
 */
export function createTables(...tables: readonly Table[]): Required<Pick<Knex.Migration, 'up' | 'down'>> {
  return {
    async up(knex: Knex) {
      for (const table of tables) await createTable(knex, table);
    },
    down() {
      throw new Failure('DATABASE', 'tables that may hold data are not taken away again');
    },
  };
}

async function createTable(knex: Knex, table: Table): Promise<void> {
  const dialect = dialectOf(knex);
  const existing = await dialect.tableNames(knex);
  if (!existing.includes(table.name)) {
    for (const statement of createStatements(table, dialect.ddl)) await knex.raw(statement);
  }
  const versionRow = await knex('version').where('table_name', table.name).first();
  if (versionRow === undefined) {
    await knex('version').insert({ table_name: table.name, table_version: table.version });
  }
}
