import type { Knex } from 'knex';
import { Failure } from '../errors.js';
import { demandStorable } from './check.js';
import { type Database, lockTable } from './database.js';
import type { RuleRow } from './rows.js';
import type { NewRule, Rules } from './storage.js';
import { permissionsRules as table } from './tables/sipctl.js';

const COLUMNS = ['id', ...table.columns.map((column) => column.name)];

/** Rows a statement inserts: SQLite takes no more in the form that knex writes. */
const CHUNK = 500;

export class RuleTable implements Rules {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<RuleRow[]> {
    return this.#db.query(async (knex) => {
      const rows = await knex(table.name).orderBy(['type', 'position', 'id']).select(COLUMNS);
      return rows.map((row) => this.#read(row));
    });
  }

  async add(rule: NewRule): Promise<RuleRow> {
    const { type } = rule;
    demandStorable(this.#db.dialect, table, rule);
    return this.#db.transaction(async (transaction) => {
      await lockTable(transaction, table.name);
      const same = await this.#db.dialect.whereText(transaction(table.name).where({ type }), 'rule', rule.rule).first();
      if (same !== undefined) throw new Failure('CONFLICT', `rule ${same.id} is the same already`);
      const [last] = await transaction(table.name).where({ type }).max({ position: 'position' });
      const row = this.#row(rule, (last?.position ?? 0) + 1, new Date());
      return this.#read({ id: await this.#db.dialect.insertRow(transaction, table.name, row), ...row });
    });
  }

  async remove(id: number): Promise<RuleRow> {
    return this.#db.transaction(async (transaction) => {
      await lockTable(transaction, table.name);
      const row = await transaction(table.name).where({ id }).first(COLUMNS);
      if (row === undefined) throw new Failure('NOT_FOUND', `there is no rule ${id}`);
      await transaction(table.name).where({ id }).delete();
      return this.#read(row);
    });
  }

  async replaceAll(rules: readonly NewRule[]): Promise<{ removed: number; added: number }> {
    for (const rule of rules) demandStorable(this.#db.dialect, table, rule);
    const rows = this.#numbered(rules);
    return this.#db.transaction(async (transaction) => {
      await lockTable(transaction, table.name);
      const removed: number = await transaction(table.name).delete();
      await insertInChunks(transaction, rows);
      return { removed, added: rows.length };
    });
  }

  /** Rows with the position of each rule among those of its type. */
  #numbered(rules: readonly NewRule[]): object[] {
    const now = new Date();
    const positions = { A: 0, D: 0 };
    return rules.map((rule) => {
      positions[rule.type] += 1;
      return this.#row(rule, positions[rule.type], now);
    });
  }

  #row({ type, rule, note }: NewRule, position: number, lastChange: Date) {
    return { type, rule, note, position, last_change: this.#db.dialect.times.write(lastChange) };
  }

  #read(row: Omit<RuleRow, 'last_change'> & { last_change: unknown }): RuleRow {
    return { ...row, last_change: this.#db.dialect.times.read(row.last_change) };
  }
}

async function insertInChunks(transaction: Knex, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    await transaction(table.name).insert(rows.slice(start, start + CHUNK));
  }
}
