import type { Knex } from 'knex';
import { demandStorable } from './check.js';
import type { Dialect } from './dialects/dialect.js';
import type { PasswordHash, Subscriber, SubscriberRow } from './rows.js';
import type { SubscriberFilter } from './storage.js';
import { sipctlHa1 as table } from './tables/sipctl.js';

export interface Account {
  readonly username: string;
  readonly domain: string;
}

/** Replaces a user's rows in sipctl_ha1, in the transaction that has written `ha1` into his row in subscriber. */
export async function replaceHashes(
  transaction: Knex,
  dialect: Dialect,
  { username, domain }: Account,
  ha1: string,
  hashes: readonly PasswordHash[],
): Promise<void> {
  const rows = hashes.map((hash) => ({
    username,
    domain,
    algorithm: hash.algorithm,
    ha1: hash.ha1,
    ha1b: hash.ha1b,
    subscriber_ha1: ha1,
  }));
  for (const row of rows) demandStorable(dialect, table, row);
  // Equal as the unique index has it, so that no row that kamctl has orphaned is in the way. By id, because a DELETE that
  // finds nothing locks a gap of the index on MySQL, and two additions would wait for each other.
  const old = await transaction(table.name).where({ username, domain }).pluck('id');
  if (old.length > 0) await transaction(table.name).whereIn('id', old).delete();
  if (rows.length > 0) await transaction(table.name).insert(rows);
}

/** The rows of subscriber with their hashes; one that was made for another password is left out. */
export async function withHashes(
  knex: Knex,
  dialect: Dialect,
  filter: SubscriberFilter,
  rows: readonly SubscriberRow[],
): Promise<Subscriber[]> {
  const hashes = await hashesBySubscriber(knex, dialect, filter);
  return rows.map((row) => ({ ...row, hashes: hashes.get(keyOf(row, row.ha1)) ?? [] }));
}

async function hashesBySubscriber(
  knex: Knex,
  dialect: Dialect,
  filter: SubscriberFilter,
): Promise<Map<string, PasswordHash[]>> {
  const query = knex(table.name)
    .orderBy('id')
    .select('username', 'domain', 'algorithm', 'ha1', 'ha1b', 'subscriber_ha1');
  if (filter.username !== undefined) dialect.whereText(query, 'username', filter.username);
  if (filter.domain !== undefined) dialect.whereText(query, 'domain', filter.domain);
  const found = new Map<string, PasswordHash[]>();
  for (const { algorithm, ha1, ha1b, subscriber_ha1, ...account } of await query) {
    const key = keyOf(account, subscriber_ha1);
    const known = found.get(key);
    if (known === undefined) found.set(key, [{ algorithm, ha1, ha1b }]);
    else known.push({ algorithm, ha1, ha1b });
  }
  return found;
}

/** NUL is in none of the columns. */
function keyOf({ username, domain }: Account, ha1: string): string {
  return `${username}\0${domain}\0${ha1}`;
}
