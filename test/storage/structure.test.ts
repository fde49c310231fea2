import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/storage/create.js';
import type { Database } from '../../src/storage/database.js';
import { openDatabase, openStorage } from '../../src/storage/open.js';
import type { Engine } from '../../src/storage/storage.js';
import { TABLES } from '../../src/storage/tables/all.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';
import { availableEngines } from '../support/databases.js';

/** Where Debian's packages of Kamailio have the statements that kamdbctl runs. */
const SCRIPTS: Record<Engine, string> = {
  sqlite: '/usr/share/kamailio/db_sqlite',
  mysql: '/usr/share/kamailio/mysql',
  postgres: '/usr/share/kamailio/postgres',
};
const MODULES = [
  ...['standard', 'acc', 'lcr', 'domain', 'group', 'permissions', 'registrar', 'usrloc', 'msilo', 'alias_db', 'uri_db'],
  ...['speeddial', 'avpops', 'auth_db', 'pdt', 'dialog', 'dispatcher', 'dialplan', 'topos'],
];
const OURS = ['permissions_rules', 'sipctl_meta', 'sipctl_ha1'];
const KAMAILIOS = TABLES.filter((table) => !OURS.includes(table.name));

const engines = availableEngines().filter(({ engine }) => existsSync(SCRIPTS[engine]));
if (engines.length === 0)
  console.warn("skipped, because kamailio's modules are not installed: comparing the structure");

/** What kamdbctl does. */
async function runKamailiosScripts({ knex, dialect }: Database): Promise<void> {
  for (const module of MODULES) {
    const script = readFileSync(join(SCRIPTS[dialect.engine], `${module}-create.sql`), 'utf8');
    const statements = script.split(';').map((statement) => statement.trim());
    for (const statement of statements.filter((text) => text !== '')) await knex.raw(statement);
  }
}

type Structure = { columns: unknown[]; indexes: unknown[] };

const STRUCTURES: Record<Engine, (db: Database, table: string) => Promise<Structure>> = {
  async sqlite({ knex }, table) {
    const indexes = [];
    for (const { name, unique } of await knex.raw('select * from pragma_index_list(?) order by name', [table])) {
      const columns = await knex.raw('select name from pragma_index_info(?) order by seqno', [name]);
      indexes.push({ name, unique, columns });
    }
    // The name of a UNIQUE constraint is only in the statement.
    const [{ sql }] = await knex.raw('select sql from sqlite_master where name = ?', [table]);
    const constraints = [...sql.matchAll(/CONSTRAINT "?(\w+)"? UNIQUE/g)].map((found) => found[1]);
    return {
      columns: await knex.raw('select * from pragma_table_info(?)', [table]),
      indexes: [...indexes, constraints],
    };
  },

  async mysql({ knex }, table) {
    const [columns] = await knex.raw(
      `select column_name, ordinal_position, column_type, is_nullable, column_default, extra, column_key
       from information_schema.columns where table_schema = database() and table_name = ? order by ordinal_position`,
      [table],
    );
    const [indexes] = await knex.raw(
      `select index_name, non_unique, seq_in_index, column_name, sub_part
       from information_schema.statistics where table_schema = database() and table_name = ?
       order by index_name, seq_in_index`,
      [table],
    );
    return { columns, indexes };
  },

  async postgres({ knex }, table) {
    const { rows: columns } = await knex.raw(
      `select column_name, ordinal_position, data_type, character_maximum_length, is_nullable, column_default
       from information_schema.columns where table_name = ? order by ordinal_position`,
      [table],
    );
    const { rows: indexes } = await knex.raw('select indexdef from pg_indexes where tablename = ? order by indexname', [
      table,
    ]);
    const { rows: constraints } = await knex.raw(
      `select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = ?::regclass order by conname`,
      [table],
    );
    return { columns, indexes: [...indexes, ...constraints] };
  },
};

/** 1.0 and 1 are the same default. */
async function structureOf(db: Database, table: string): Promise<Structure> {
  const structure = await STRUCTURES[db.dialect.engine](db, table);
  return JSON.parse(JSON.stringify(structure).replaceAll('"1.0"', '"1"'));
}

describe.each(engines)('structure on $engine', ({ engine, start }) => {
  let ours: Database;
  let kamailios: Database;
  let kamailiosUrl: string;

  beforeAll(async () => {
    const server = await start();
    const url = server.newUrl();
    kamailiosUrl = server.newUrl();
    await createDatabase(url);
    ours = await openDatabase(parseDatabaseUrl(url));
    await makeEmpty(kamailiosUrl);
    kamailios = await openDatabase(parseDatabaseUrl(kamailiosUrl));
    await runKamailiosScripts(kamailios);
  });
  afterAll(async () => {
    await ours.close();
    await kamailios.close();
  });

  /** As kamdbctl makes it: with the server's own character set. */
  async function makeEmpty(url: string): Promise<void> {
    if (engine === 'sqlite') return;
    const parsed = parseDatabaseUrl(url);
    const maintenance = await openDatabase(parsed, engine === 'mysql' ? 'mysql' : 'postgres');
    await maintenance.knex.raw('create database ??', [new URL(url).pathname.slice(1)]);
    await maintenance.close();
  }

  it.each(KAMAILIOS.map((table) => table.name))('%s is what kamdbctl makes', async (table) => {
    const structure = await structureOf(kamailios, table);
    expect(structure.columns).not.toEqual([]);
    expect(await structureOf(ours, table)).toEqual(structure);
  });

  it('has the version that kamdbctl writes for each table', async () => {
    const rows = await kamailios.knex('version').select('table_name', 'table_version');
    const versions = new Map(rows.map((row) => [row.table_name, row.table_version]));
    const row = await ours.knex('version').whereNotIn('table_name', OURS).select('table_name', 'table_version');
    expect(row).toHaveLength(KAMAILIOS.length);
    for (const { table_name, table_version } of row) expect(table_version).toBe(versions.get(table_name));
  });

  it('is completed in a database of kamdbctl, whose rows stay', async () => {
    const alice = { username: 'alice', domain: 'example.org', ha1: 'x' };
    await kamailios.knex('subscriber').insert(alice);
    await kamailios.knex('speed_dial').insert({ username: 'alice', domain: 'example.org' });
    const before = await structureOf(kamailios, 'location');
    const storage = await openStorage(kamailiosUrl);
    await storage.schema.migrate();
    await storage.schema.demandCurrent();
    expect(await structureOf(kamailios, 'location')).toEqual(before);
    expect(await storage.subscribers.find('alice', 'example.org')).toMatchObject(alice);
    expect(await storage.subscribers.find('ALICE', 'example.org')).toBeUndefined();
    expect(await storage.subscribers.find('alice ', 'example.org')).toBeUndefined();
    await expect(storage.subscribers.remove('Alice', 'example.org')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await storage.subscribers.remove('alice', 'example.org')).toEqual({ subscriber: 1, speed_dial: 1 });
    await storage.close();
  });

  it.runIf(engine === 'mysql')('says so when the character set of the database lacks a character', async () => {
    const storage = await openStorage(kamailiosUrl);
    const smile = { username: '🙂', domain: 'example.org', password: '', ha1: '', ha1b: '' };
    const refused = { code: 'USAGE', message: expect.stringContaining('has a character set without') };
    await expect(storage.subscribers.add(smile)).rejects.toMatchObject(refused);
    await expect(storage.subscribers.find('🙂', 'example.org')).rejects.toMatchObject(refused);
    const accented = { ...smile, username: 'émile' };
    await storage.subscribers.add(accented);
    expect(await storage.subscribers.find('émile', 'example.org')).toMatchObject(accented);
    expect(await storage.subscribers.find('emile', 'example.org')).toBeUndefined();
    await storage.close();
  });
});
