import { Failure } from '../errors.js';
import type { Database } from './database.js';
import { isDuplicate, isUnknownDatabase, translated } from './failures.js';
import { openDatabase, openStorage } from './open.js';
import { createFile } from './sqlite-file.js';
import { type DatabaseUrl, parseDatabaseUrl, type ServerUrl } from './url.js';

export interface CreatedDatabase {
  /** The URL with its password masked. */
  database: string;
  /** False when the database was there already. */
  created: boolean;
  /** Names of the migrations that ran; none when the schema was complete. */
  migrations: string[];
}

/**
 * Makes the database that the URL names, where it is missing and the URL's user may, and what is missing of the schema.
 * Doing it again changes nothing.
 * @throws Failure CONFIG for a bad URL, DATABASE
 */
export async function createDatabase(url: string): Promise<CreatedDatabase> {
  const parsed = parseDatabaseUrl(url);
  const created = parsed.engine === 'sqlite' ? createFile(parsed) : await createOnServer(parsed);
  const storage = await openStorage(url);
  try {
    return { database: storage.name, created, migrations: await storage.schema.migrate() };
  } finally {
    await storage.close();
  }
}

/** How a server creates a database: the one to be connected to meanwhile, and the statement. */
const CREATION = {
  // Text is compared byte by byte, as on the other engines.
  mysql: { from: '', statement: 'CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' },
  postgres: { from: 'postgres', statement: "CREATE DATABASE ?? TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'" },
};

async function createOnServer(url: ServerUrl): Promise<boolean> {
  if (await exists(url)) return false;
  // A name cannot be bound as a value; this one needs no quoting anywhere.
  if (!/^[A-Za-z0-9_]{1,64}$/.test(url.database)) {
    throw new Failure('USAGE', 'a database is created with a name of 1 to 64 letters, digits and underscores');
  }
  const { from, statement } = CREATION[url.engine];
  return withDatabase(url, from, async ({ knex }) => {
    try {
      await knex.raw(statement, [url.database]);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  });
}

/** Asked by connecting to it: a user without the right to create databases can use one that was made for it. */
function exists(url: ServerUrl): Promise<boolean> {
  return withDatabase(url, url.database, async ({ knex }) => {
    try {
      await knex.raw('select 1');
      return true;
    } catch (error) {
      if (isUnknownDatabase(error)) return false;
      throw error;
    }
  });
}

async function withDatabase<T>(url: DatabaseUrl, name: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(url, name);
  try {
    return await work(db);
  } catch (error) {
    throw translated(error, url.masked);
  } finally {
    await db.close();
  }
}
