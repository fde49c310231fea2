import { AddressTable } from './addresses.js';
import { Database } from './database.js';
import { dialectFor } from './dialects/of.js';
import { LocationTable } from './locations.js';
import { MetaTable } from './meta.js';
import { RuleTable } from './rules.js';
import { DatabaseSchema } from './schema.js';
import { createFile, demandFile } from './sqlite-file.js';
import type { Storage } from './storage.js';
import { SubscriberTable } from './subscribers.js';
import { type DatabaseUrl, parseDatabaseUrl } from './url.js';

export interface OpenOptions {
  /**
   * Have it ready for use: an SQLite file is made, with the schema, when it is missing; of a server's database the
   * schema is demanded. Without it nothing is looked at, for the commands that look at the schema themselves.
   */
  create?: boolean;
}

/**
 * Opens the database that the URL names; knex and the driver are loaded now.
 * @throws Failure CONFIG for a bad URL, DATABASE when it cannot be used
 */
export async function openStorage(url: string, options: OpenOptions = {}): Promise<Storage> {
  const parsed = parseDatabaseUrl(url);
  if (parsed.engine === 'sqlite') (options.create ? createFile : demandFile)(parsed);
  const storage = await connect(parsed);
  try {
    if (options.create) await makeReady(storage);
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function makeReady({ engine, schema }: Storage): Promise<void> {
  if (engine === 'sqlite') await schema.migrate();
  else await schema.demandCurrent();
}

async function connect(url: DatabaseUrl): Promise<Storage> {
  const db = await openDatabase(url);
  return {
    engine: url.engine,
    name: url.masked,
    schema: new DatabaseSchema(db),
    subscribers: new SubscriberTable(db),
    addresses: new AddressTable(db),
    rules: new RuleTable(db),
    locations: new LocationTable(db),
    meta: new MetaTable(db),
    close: () => db.close(),
  };
}

/** A connection without tables around it. `database` overrides the URL's. */
export async function openDatabase(url: DatabaseUrl, database?: string): Promise<Database> {
  const dialect = dialectFor(url.engine);
  const [{ default: knex }, config] = await Promise.all([import('knex'), dialect.knexConfig(url, database)]);
  return new Database(knex(config), dialect, url.masked);
}
