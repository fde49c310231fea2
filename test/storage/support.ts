import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { createDatabase } from '../../src/storage/create.js';
import type { Database } from '../../src/storage/database.js';
import { openDatabase, openStorage } from '../../src/storage/open.js';
import type { Engine, Storage } from '../../src/storage/storage.js';
import { TABLES } from '../../src/storage/tables/all.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';
import { availableEngines } from '../support/databases.js';

export interface Opened {
  engine: Engine;
  url: string;
  storage: Storage;
  /** For rows that no repository writes. */
  db: Database;
}

/** The same tests on every engine that is installed, each test with empty tables. */
export function onEachEngine(title: string, tests: (opened: Opened) => void): void {
  describe.each(availableEngines())(`${title} on $engine`, ({ engine, start }) => {
    const opened = { engine } as Opened;

    beforeAll(async () => {
      opened.url = (await start()).newUrl();
      await createDatabase(opened.url);
      opened.storage = await openStorage(opened.url, { create: true });
      opened.db = await openDatabase(parseDatabaseUrl(opened.url));
    });
    beforeEach(() => emptyTables(opened.db));
    afterAll(async () => {
      await opened.storage.close();
      await opened.db.close();
    });

    tests(opened);
  });
}

async function emptyTables({ knex }: Database): Promise<void> {
  for (const table of TABLES.filter(({ name }) => name !== 'version')) await knex(table.name).delete();
}

/** Text that has broken programs like this one; each must be stored exactly. */
export const HOSTILE_TEXTS = [
  "x' or '1'='1",
  "'; drop table subscriber; --",
  'back\\slash\\',
  'say "what"',
  '`grave` $(touch f) $HOME',
  '--help',
  '?',
  '\\?',
  ':name',
  '100%s_%',
  'tab\tline\nreturn\r',
  'ž🙂e\u0301é',
  'trailing ',
  ' leading',
  'Upper',
  'upper',
  '__proto__',
  '/* comment */',
];
