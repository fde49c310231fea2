import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/storage/create.js';
import { openDatabase, openStorage } from '../../src/storage/open.js';
import type { NewSubscriber } from '../../src/storage/storage.js';
import { parseDatabaseUrl } from '../../src/storage/url.js';
import { availableEngines } from '../support/databases.js';
import { freePort } from '../support/ports.js';
import { temporaryFolder } from '../support/temp.js';

const alice: NewSubscriber = { username: 'alice', domain: 'example.org', password: 'open sesame', ha1: '', ha1b: '' };
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('openStorage on SQLite', () => {
  it('makes the file for its owner only, in a directory of the same kind, with the schema', async () => {
    const folder = join(temporaryFolder(), 'new', 'deeper');
    const path = join(folder, 'sipctl.db');
    const storage = await openStorage(`sqlite:${path}`, { create: true });
    await storage.subscribers.add(alice);
    expect([folder, path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual(['700', '600', '600', '600']);
    await storage.close();
    const again = await openStorage(`sqlite:${path}`);
    expect(await again.subscribers.find('alice', 'example.org')).toMatchObject(alice);
    await again.close();
  });

  it('leaves the mode of an existing file and directory', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'sipctl.db');
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    chmodSync(folder, 0o750);
    await (await openStorage(`sqlite:${path}`, { create: true })).close();
    expect([folder, path].map(mode)).toEqual(['750', '640']);
  });

  it('demands a file that is there, unless it is to be made', async () => {
    const path = join(temporaryFolder(), 'missing.db');
    await expect(openStorage(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'DATABASE',
      message: `the database sqlite:${path} does not exist`,
      hint: 'sipctl db create makes what is missing',
    });
    expect(existsSync(path)).toBe(false);
  });

  it('says so when the schema is missing', async () => {
    const path = join(temporaryFolder(), 'empty.db');
    writeFileSync(path, '');
    const storage = await openStorage(`sqlite:${path}`);
    await expect(storage.subscribers.count()).rejects.toMatchObject({
      code: 'DATABASE',
      message: `the database sqlite:${path} lacks tables of sipctl`,
      hint: 'sipctl db create makes what is missing',
    });
    await storage.close();
  });

  it('waits for another writer without stopping the thread', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'sipctl.db')}`;
    const storage = await openStorage(url, { create: true });
    const other = await openDatabase(parseDatabaseUrl(url));
    let added: Promise<unknown> | undefined;
    await other.transaction(async (transaction) => {
      added = storage.subscribers.add(alice);
      // Were the thread stopped, this would go on only after the wait of the other had ended in vain.
      await new Promise((done) => setTimeout(done, 20));
      await transaction('subscriber').insert({ username: 'bob' });
    });
    expect(await added).toMatchObject(alice);
    expect(await storage.subscribers.count()).toBe(2);
    await other.close();
    await storage.close();
  });

  it('keeps a database in memory as long as it is open', async () => {
    const storage = await openStorage('sqlite::memory:', { create: true });
    await storage.subscribers.add(alice);
    expect(await storage.subscribers.count()).toBe(1);
    await storage.close();
    expect(existsSync(':memory:')).toBe(false);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path), 'cannot be opened'],
    ['a text file', (path: string) => writeFileSync(path, 'x'.repeat(5000)), 'is a file of another kind'],
  ])('refuses %s', async (_what, make, sentence) => {
    const path = join(temporaryFolder(), 'place');
    make(path);
    await expect(openStorage(`sqlite:${path}`, { create: true })).rejects.toMatchObject({
      code: 'DATABASE',
      message: `the database sqlite:${path} ${sentence}`,
    });
  });

  it('refuses a path that leads through a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(openStorage(`sqlite:${file}/sipctl.db`, { create: true })).rejects.toMatchObject({
      code: 'DATABASE',
      message: expect.stringContaining('part of its path is no directory'),
    });
  });
});

describe("openStorage on a server's database", () => {
  it.each(['mysql', 'postgres'])('says so when no %s answers', async (engine) => {
    const url = `${engine}://sipctl:secret@127.0.0.1:${await freePort()}/sipctl`;
    await expect(openStorage(url, { create: true })).rejects.toMatchObject({
      code: 'DATABASE',
      message: `the database ${url.replace('secret', '***')} does not answer`,
    });
  });

  const servers = availableEngines().filter(({ engine }) => engine !== 'sqlite');

  it.each(servers)('tells what is wrong with the URL, and never the password, $engine', async ({ start }) => {
    const server = await start();
    const url = server.newUrl();
    const open = (text: string) => openStorage(text, { create: true });
    const failure = (message: string) => ({ code: 'DATABASE', message: expect.stringContaining(message) });
    await expect(open(url)).rejects.toMatchObject(failure('does not exist'));
    await createDatabase(url);
    await expect(open(url.replace(':p%40', ':secret'))).rejects.toMatchObject(
      failure('refuses the user or the password'),
    );
    await expect(open(url.replace(':p%40', ':secret'))).rejects.not.toMatchObject(failure('secret'));
    const weak = await withWeakUser(url);
    await expect(open(weak)).rejects.toMatchObject({ code: 'DATABASE' });
    await expect(createDatabase(url.replace('sipctl_', 'no-such-'))).rejects.toMatchObject({ code: 'USAGE' });
    await server.stop();
    await expect(open(url)).rejects.toMatchObject(failure('does not answer'));
  });

  /** A user who may connect, and nothing more. */
  async function withWeakUser(url: string): Promise<string> {
    const db = await openDatabase(parseDatabaseUrl(url));
    const mysql = db.dialect.engine === 'mysql';
    await db.knex.raw(mysql ? "create user weak identified by 'weak'" : "create user weak password 'weak'");
    await db.close();
    return url.replace(/\/\/.*@/, '//weak:weak@');
  }
});
