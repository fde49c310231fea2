import type { Knex } from 'knex';
import { type MigrationEntry, migrations } from '../../migrations/index.js';
import { Failure } from '../errors.js';
import type { Database } from './database.js';
import { HISTORY } from './dialects/connection.js';
import { CREATE_HINT } from './failures.js';
import type { Schema, SchemaStatus } from './storage.js';
import { TABLES } from './tables/all.js';

export class DatabaseSchema implements Schema {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async status(): Promise<SchemaStatus> {
    const state = await this.#state();
    return {
      engine: this.#db.dialect.engine,
      database: this.#db.name,
      applied: state.applied,
      pending: pendingOf(state.applied),
      versions: Object.fromEntries(state.versions),
    };
  }

  async migrate(): Promise<string[]> {
    if (pendingOf(await this.#demandUsable()).length === 0) return [];
    return this.#db.query(async (knex) => {
      await this.#db.dialect.prepare(knex);
      return this.#db.dialect.exclusively(knex, runPending);
    });
  }

  async demandCurrent(): Promise<void> {
    const applied = await this.#demandUsable();
    const pending = pendingOf(applied);
    if (applied.length === 0) throw this.#failure('has no schema', CREATE_HINT);
    if (pending.length > 0) throw this.#failure(`lacks ${pending.join(', ')}`, CREATE_HINT);
  }

  /** Throws when a newer program, or another version of Kamailio, made what is there. */
  async #demandUsable(): Promise<string[]> {
    const { applied, versions } = await this.#state();
    const unknown = applied.filter((name) => !migrations.some((migration) => migration.name === name));
    if (unknown.length > 0) {
      throw this.#failure(`is too new: it has ${unknown.join(', ')}`, 'use the sipctl that made it, or a newer one');
    }
    for (const table of TABLES) this.#demandVersion(table.name, table.version, versions.get(table.name));
    return applied;
  }

  #demandVersion(table: string, needed: number, found: number | undefined): void {
    if (found === undefined || found === needed) return;
    const age = found < needed ? 'too old' : 'too new';
    throw this.#failure(`is ${age}: its table ${table} has version ${found}, and ${needed} is needed`);
  }

  #failure(what: string, hint?: string): Failure {
    return new Failure('DATABASE', `the database ${this.#db.name} ${what}`, hint);
  }

  #state(): Promise<{ applied: string[]; versions: Map<string, number> }> {
    return this.#db.query(async (knex) => {
      const tables = await this.#db.dialect.tableNames(knex);
      return {
        applied: tables.includes(HISTORY) ? await knex(HISTORY).orderBy('id').pluck('name') : [],
        versions: tables.includes('version') ? await readVersions(knex) : new Map(),
      };
    });
  }
}

function pendingOf(applied: readonly string[]): string[] {
  return migrations.map((migration) => migration.name).filter((name) => !applied.includes(name));
}

async function readVersions(knex: Knex): Promise<Map<string, number>> {
  const rows = await knex('version').orderBy('table_name').select('table_name', 'table_version');
  return new Map(rows.map((row) => [row.table_name, row.table_version]));
}

/** knex's migrator over our list; the modules are imported only now. */
const source: Knex.MigrationSource<MigrationEntry> = {
  getMigrations: async () => [...migrations],
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) => migration.load(),
};

async function runPending(knex: Knex): Promise<string[]> {
  const [, ran] = await knex.migrate.latest({ migrationSource: source });
  return ran;
}
