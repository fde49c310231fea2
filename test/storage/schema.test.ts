import { describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.js';
import { createDatabase } from '../../src/storage/create.js';
import type { Database } from '../../src/storage/database.js';
import { openDatabase, openStorage } from '../../src/storage/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { TABLES } from '../../src/storage/tables/all.js';
import { createStatements } from '../../src/storage/tables/ddl.js';
import { subscriber } from '../../src/storage/tables/kamailio/auth-db.js';
import { version } from '../../src/storage/tables/kamailio/standard.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';
import { availableEngines, type DatabaseServer } from '../support/databases.js';

const NAMES = migrations.map(({ name }) => name);
const VERSIONS = Object.fromEntries(TABLES.map((table) => [table.name, table.version]));

describe.each(availableEngines())('the schema on $engine', ({ start }) => {
  let running: Promise<DatabaseServer> | undefined;

  async function newUrl(): Promise<string> {
    running ??= start();
    return (await running).newUrl();
  }

  /** A database in which somebody has worked before sipctl came. */
  async function withDatabase(url: string, work: (db: Database) => Promise<unknown>): Promise<void> {
    const db = await openDatabase(parseDatabaseUrl(url));
    try {
      await work(db);
    } finally {
      await db.close();
    }
  }

  /** An existing database without any table. */
  async function emptyUrl(): Promise<string> {
    const url = await newUrl();
    await createDatabase(url);
    await withDatabase(url, async ({ knex, dialect }) => {
      for (const name of await dialect.tableNames(knex)) {
        if (!name.startsWith('sqlite_')) await knex.schema.dropTable(name);
      }
    });
    return url;
  }

  async function withStorage<T>(url: string, work: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await openStorage(url);
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  }

  const migrate = (url: string) => withStorage(url, ({ schema }) => schema.migrate());
  const demand = (url: string) => withStorage(url, ({ schema }) => schema.demandCurrent());

  it('is created with the database, and creating it again changes nothing', async () => {
    const url = await newUrl();
    expect(await createDatabase(url)).toMatchObject({ created: true, migrations: NAMES });
    expect(await createDatabase(url)).toMatchObject({ created: false, migrations: [] });
    await withStorage(url, async ({ schema, engine, name }) => {
      expect(await schema.status()).toEqual({
        engine,
        database: name,
        applied: NAMES,
        pending: [],
        versions: VERSIONS,
      });
      await schema.demandCurrent();
    });
  });

  it('is created in an existing database', async () => {
    const url = await emptyUrl();
    await withStorage(url, async ({ schema }) => {
      expect(await schema.status()).toMatchObject({ applied: [], pending: NAMES, versions: {} });
    });
    await expect(demand(url)).rejects.toMatchObject({
      code: 'DATABASE',
      message: expect.stringMatching(/^the database \S+ has no schema$/),
      hint: expect.stringContaining('sipctl db create'),
    });
    expect(await migrate(url)).toEqual(NAMES);
    await demand(url);
  });

  it('is completed after a crash that left half of a migration and the lock', async () => {
    const url = await emptyUrl();
    await withDatabase(url, async ({ knex, dialect }) => {
      for (const statement of createStatements(version, dialect.ddl)) await knex.raw(statement);
      for (const statement of createStatements(subscriber, dialect.ddl)) await knex.raw(statement);
      await knex('subscriber').insert({ username: 'alice', domain: 'example.org' });
      await knex.schema.createTable('sipctl_migrations', (table) => {
        table.increments();
        table.string('name');
        table.integer('batch');
        table.timestamp('migration_time');
      });
      await knex('sipctl_migrations').insert({ name: '001_standard', batch: 1, migration_time: new Date() });
      if (dialect.engine !== 'mysql') return;
      await knex.schema.createTable('sipctl_migrations_lock', (table) => {
        table.increments('index').primary();
        table.integer('is_locked');
      });
      await knex('sipctl_migrations_lock').insert({ is_locked: 1 });
    });
    await expect(demand(url)).rejects.toMatchObject({ message: expect.stringContaining('lacks 002_auth_db') });
    expect(await migrate(url)).toEqual(NAMES.slice(1));
    await withStorage(url, async ({ schema, subscribers }) => {
      expect((await schema.status()).versions).toEqual({ ...VERSIONS, version: undefined });
      expect(await subscribers.find('alice', 'example.org')).toBeDefined();
    });
  });

  it('is made once by several who make it at the same time', async () => {
    const url = await emptyUrl();
    const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(ran.flat().sort()).toEqual(NAMES);
    await demand(url);
  });

  it('is refused when a newer sipctl made it', async () => {
    const url = await newUrl();
    await createDatabase(url);
    await withDatabase(url, ({ knex }) => knex('sipctl_migrations').insert({ name: '999_future', batch: 2 }));
    const tooNew = { code: 'DATABASE', message: expect.stringContaining('is too new: it has 999_future') };
    await expect(demand(url)).rejects.toMatchObject(tooNew);
    await expect(migrate(url)).rejects.toMatchObject(tooNew);
    await expect(openStorage(url, { create: true })).rejects.toMatchObject(tooNew);
  });

  it.each([
    [8, 'is too old: its table location has version 8, and 9 is needed'],
    [10, 'is too new: its table location has version 10, and 9 is needed'],
  ])('is refused when the table location has version %i', async (number, message) => {
    const url = await newUrl();
    await createDatabase(url);
    await withDatabase(url, ({ knex }) =>
      knex('version').where('table_name', 'location').update({ table_version: number }),
    );
    await expect(demand(url)).rejects.toMatchObject({ code: 'DATABASE', message: expect.stringContaining(message) });
  });
});
