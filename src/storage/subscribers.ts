import type { Knex } from 'knex';
import { Failure } from '../errors.js';
import { demandStorable } from './check.js';
import type { Database } from './database.js';
import { countOf } from './database.js';
import { replaceHashes, withHashes } from './password-hashes.js';
import type { Subscriber, SubscriberRow } from './rows.js';
import type { NewSubscriber, StoredPassword, SubscriberFilter, Subscribers } from './storage.js';
import { subscriber as table } from './tables/kamailio/auth-db.js';
import { ROWS_OF_A_USER, type UserColumns } from './user-rows.js';

const COLUMNS = ['id', ...table.columns.map((column) => column.name)];

export class SubscriberTable implements Subscribers {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add(subscriber: NewSubscriber): Promise<Subscriber> {
    const { username, domain, password, ha1, ha1b, hashes = [] } = subscriber;
    const row = { username, domain, password, ha1, ha1b };
    const { dialect } = this.#db;
    demandStorable(dialect, table, row);
    const exists = () => new Failure('CONFLICT', `subscriber ${username}@${domain} exists already`);
    return this.#db.transaction(async (transaction) => {
      const id = await dialect.insertRow(transaction, 'subscriber', row);
      await replaceHashes(transaction, dialect, row, ha1, hashes);
      return { id, ...row, hashes };
    }, exists);
  }

  async find(username: string, domain: string): Promise<Subscriber | undefined> {
    const [found] = await this.list({ username, domain });
    return found;
  }

  list(filter: SubscriberFilter = {}): Promise<Subscriber[]> {
    const { dialect } = this.#db;
    return this.#db.query(async (knex) => {
      const query = knex('subscriber').orderBy('id').select<SubscriberRow[]>(COLUMNS);
      if (filter.username !== undefined) dialect.whereText(query, 'username', filter.username);
      if (filter.domain !== undefined) dialect.whereText(query, 'domain', filter.domain);
      return withHashes(knex, dialect, filter, await query);
    });
  }

  async setCredentials(username: string, domain: string, stored: StoredPassword): Promise<void> {
    const { password, ha1, ha1b, hashes = [] } = stored;
    const { dialect } = this.#db;
    demandStorable(dialect, table, { password, ha1, ha1b });
    await this.#db.transaction(async (transaction) => {
      const changed = await this.#user(transaction('subscriber'), username, domain).update({ password, ha1, ha1b });
      if (changed === 0) throw unknown(username, domain);
      await replaceHashes(transaction, dialect, { username, domain }, ha1, hashes);
    });
  }

  remove(username: string, domain: string): Promise<Record<string, number>> {
    return this.#db.transaction((transaction) =>
      this.#eachTable(transaction, username, domain, (rows) => rows.delete()),
    );
  }

  countRows(username: string, domain: string): Promise<Record<string, number>> {
    return this.#db.query((knex) => this.#eachTable(knex, username, domain, countOf));
  }

  count(): Promise<number> {
    return this.#db.query((knex) => countOf(knex('subscriber')));
  }

  #user(query: Knex.QueryBuilder, username: string, domain: string): Knex.QueryBuilder {
    return this.#owned(query, { username: 'username', domain: 'domain' }, username, domain);
  }

  #owned(query: Knex.QueryBuilder, columns: UserColumns, username: string, domain: string): Knex.QueryBuilder {
    const { dialect } = this.#db;
    return dialect.whereText(dialect.whereText(query, columns.username, username), columns.domain, domain);
  }

  /** What `work` answers for the user's rows in each table, where that is not 0. */
  async #eachTable(
    knex: Knex,
    username: string,
    domain: string,
    work: (rows: Knex.QueryBuilder) => PromiseLike<number>,
  ): Promise<Record<string, number>> {
    const existing = await this.#db.dialect.tableNames(knex);
    const counts: [string, number][] = [];
    for (const [name, keys] of ROWS_OF_A_USER) {
      if (!existing.includes(name)) continue;
      const rows = knex(name).where((any) => {
        for (const columns of keys) any.orWhere((one) => this.#owned(one, columns, username, domain));
      });
      counts.push([name, await work(rows)]);
    }
    if (!counts.some(([name, count]) => name === 'subscriber' && count > 0)) throw unknown(username, domain);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }
}

function unknown(username: string, domain: string): Failure {
  return new Failure('NOT_FOUND', `there is no subscriber ${username}@${domain}`);
}
