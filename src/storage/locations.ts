import { demandStorable } from './check.js';
import type { Database } from './database.js';
import type { SqlValue } from './dialects/bulk.js';
import type { LocationRow } from './rows.js';
import type { LocationChanges, Locations } from './storage.js';
import { location as table } from './tables/kamailio/usrloc.js';
import { AFTER_PERMANENT, readExpiry, writeExpiry } from './time.js';

const COLUMNS = table.columns.map((column) => column.name);

/** Kamailio writes NULL for "every method". */
const EVERY_METHOD = 0xffff_ffff;

export class LocationTable implements Locations {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(filter: { username?: string; domain?: string | null } = {}): Promise<LocationRow[]> {
    const { whereText } = this.#db.dialect;
    return this.#db.query(async (knex) => {
      const query = knex(table.name).orderBy('id').select(COLUMNS);
      if (filter.username !== undefined) whereText(query, 'username', filter.username);
      if (filter.domain === null) query.whereNull('domain');
      else if (filter.domain !== undefined) whereText(query, 'domain', filter.domain);
      const rows = await query;
      return rows.map((row) => this.#read(row));
    });
  }

  async apply(changes: LocationChanges): Promise<void> {
    const { dialect } = this.#db;
    const last = new Map<string, readonly SqlValue[]>();
    for (const row of changes.upserts) {
      demandStorable(dialect, table, row);
      last.set(row.ruid, this.#write(row));
    }
    const change = { table, key: 'ruid', upserts: [...last.values()], deletes: changes.deletes };
    await this.#db.transaction((transaction) => dialect.bulk(transaction, change));
  }

  removeExpired(now: Date): Promise<number> {
    const { times } = this.#db.dialect;
    return this.#db.transaction((transaction) =>
      transaction(table.name)
        .where('expires', '<', times.write(now))
        .where('expires', '>', times.write(AFTER_PERMANENT))
        .delete(),
    );
  }

  /** Values in the order of the table's columns. */
  #write(row: LocationRow): SqlValue[] {
    const { times } = this.#db.dialect;
    const values: Record<string, SqlValue> = {
      ...row,
      expires: writeExpiry(times, row.expires),
      last_modified: times.write(row.last_modified),
      cseq: signed(row.cseq),
      flags: signed(row.flags),
      cflags: signed(row.cflags),
      methods: row.methods === null || row.methods === EVERY_METHOD ? null : signed(row.methods),
    };
    return COLUMNS.map((name) => values[name] ?? null);
  }

  #read(row: LocationRow & { expires: unknown; last_modified: unknown }): LocationRow {
    const { times } = this.#db.dialect;
    return {
      ...row,
      expires: readExpiry(times, row.expires),
      last_modified: times.read(row.last_modified),
      cseq: row.cseq >>> 0,
      flags: row.flags >>> 0,
      cflags: row.cflags >>> 0,
      methods: row.methods === null ? null : row.methods >>> 0,
    };
  }
}

/** Kamailio keeps unsigned numbers of 32 bits in columns of type INT, as C casts them. */
function signed(number: number): number {
  return number | 0;
}
