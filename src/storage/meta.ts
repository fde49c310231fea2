import type { Knex } from 'knex';
import { demandStorable } from './check.js';
import type { Database } from './database.js';
import type { Meta } from './storage.js';
import { sipctlMeta as table } from './tables/sipctl.js';

export class MetaTable implements Meta {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(name: string): Promise<string | undefined> {
    return this.#db.query((knex) => factOf(knex, name));
  }

  async setOnce(name: string, value: string): Promise<string> {
    demandStorable(this.#db.dialect, table, { name, value });
    return this.#db.transaction(async (transaction) => {
      await transaction(table.name).insert({ name, value }).onConflict('name').ignore();
      return (await factOf(transaction, name)) ?? value;
    });
  }
}

async function factOf(knex: Knex, name: string): Promise<string | undefined> {
  const row = await knex(table.name).where({ name }).first('value');
  return row?.value;
}
