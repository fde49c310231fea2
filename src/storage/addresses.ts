import type { Knex } from 'knex';
import { Failure } from '../errors.js';
import { demandStorable } from './check.js';
import { countOf, type Database, lockTable } from './database.js';
import type { AddressRow } from './rows.js';
import type { Addresses, AddressFilter } from './storage.js';
import { address as table } from './tables/kamailio/permissions.js';

const COLUMNS = ['id', ...table.columns.map((column) => column.name)];

export class AddressTable implements Addresses {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add(address: Omit<AddressRow, 'id'>): Promise<AddressRow> {
    const { grp, ip_addr, mask, port, tag } = address;
    const row = { grp, ip_addr, mask, port, tag };
    demandStorable(this.#db.dialect, table, row);
    return this.#db.transaction(async (transaction) => {
      await lockTable(transaction, 'address');
      const same = await countOf(this.#matching(transaction, { grp, ip_addr, mask, port }));
      if (same > 0) {
        throw new Failure('CONFLICT', `address ${ip_addr}/${mask} port ${port} is in group ${grp} already`);
      }
      return { id: await this.#db.dialect.insertRow(transaction, 'address', row), ...row };
    });
  }

  list(filter: AddressFilter = {}): Promise<AddressRow[]> {
    return this.#db.query((knex) => this.#rows(knex, filter));
  }

  async remove(filter: AddressFilter): Promise<AddressRow[]> {
    return this.#db.transaction(async (transaction) => {
      await lockTable(transaction, 'address');
      const removed = await this.#rows(transaction, filter);
      if (removed.length === 0) throw new Failure('NOT_FOUND', 'there is no such address');
      await this.#matching(transaction, filter).delete();
      return removed;
    });
  }

  count(): Promise<number> {
    return this.#db.query((knex) => countOf(knex('address')));
  }

  #rows(knex: Knex, filter: AddressFilter): Knex.QueryBuilder<AddressRow, AddressRow[]> {
    return this.#matching(knex, filter).orderBy('id').select(COLUMNS);
  }

  #matching(knex: Knex, { ip_addr, ...numbers }: AddressFilter): Knex.QueryBuilder {
    const query = knex('address').where(numbers);
    return ip_addr === undefined ? query : this.#db.dialect.whereText(query, 'ip_addr', ip_addr);
  }
}
