import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/open.js';
import type { PasswordHash } from '../../src/storage/rows.js';
import type { NewSubscriber } from '../../src/storage/storage.js';
import { HOSTILE_TEXTS, onEachEngine } from './support.js';

const alice: NewSubscriber = {
  username: 'alice',
  domain: 'example.org',
  password: '',
  ha1: 'a'.repeat(32),
  ha1b: 'b'.repeat(32),
};
const bob = { ...alice, username: 'bob' };

/** Hashes by two algorithms, told apart by a letter. */
function hashes(letter: string): PasswordHash[] {
  return ['SHA-512-256', 'SHA-256'].map((algorithm, i) => ({
    algorithm,
    ha1: `${i}${letter.repeat(63)}`,
    ha1b: `${letter.repeat(63)}${i}`,
  }));
}

onEachEngine('subscribers', (opened) => {
  const subscribers = () => opened.storage.subscribers;

  it('adds a user and finds it again, with its id', async () => {
    const added = await subscribers().add(alice);
    expect(added).toEqual({ id: expect.any(Number), ...alice, hashes: [] });
    expect(await subscribers().find('alice', 'example.org')).toEqual(added);
  });

  it('finds nobody by another domain or another case', async () => {
    await subscribers().add(alice);
    expect(await subscribers().find('alice', 'example.net')).toBeUndefined();
    expect(await subscribers().find('Alice', 'example.org')).toBeUndefined();
    expect(await subscribers().find('alice ', 'example.org')).toBeUndefined();
  });

  it('refuses a user who exists', async () => {
    await subscribers().add(alice);
    await expect(subscribers().add(bob)).resolves.toBeDefined();
    await expect(subscribers().add(alice)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'subscriber alice@example.org exists already',
    });
    expect(await subscribers().count()).toBe(2);
  });

  it('lets one of two additions of the same user succeed', async () => {
    const results = await Promise.allSettled([subscribers().add(alice), subscribers().add(alice)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'CONFLICT' });
    expect(await subscribers().count()).toBe(1);
  });

  it('lists all, or those of a name or a domain', async () => {
    await subscribers().add(alice);
    await subscribers().add({ ...alice, domain: 'example.net' });
    await subscribers().add(bob);
    const names = async (filter?: { username?: string; domain?: string }) =>
      (await subscribers().list(filter)).map((row) => `${row.username}@${row.domain}`);
    expect(await names()).toEqual(['alice@example.org', 'alice@example.net', 'bob@example.org']);
    expect(await names({ username: 'alice' })).toEqual(['alice@example.org', 'alice@example.net']);
    expect(await names({ domain: 'example.org' })).toEqual(['alice@example.org', 'bob@example.org']);
    expect(await names({ username: 'bob', domain: 'example.net' })).toEqual([]);
  });

  it('changes the credentials of one user, to the same ones too', async () => {
    await subscribers().add(alice);
    await subscribers().add(bob);
    const columns = { password: 'clear', ha1: 'c'.repeat(32), ha1b: 'd'.repeat(32) };
    await subscribers().setCredentials('alice', 'example.org', columns);
    await subscribers().setCredentials('alice', 'example.org', columns);
    expect(await subscribers().find('alice', 'example.org')).toMatchObject(columns);
    expect(await subscribers().find('bob', 'example.org')).toMatchObject(bob);
  });

  it('changes the credentials of nobody who does not exist', async () => {
    const columns = { password: '', ha1: '', ha1b: '' };
    await expect(subscribers().setCredentials('alice', 'example.org', columns)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'there is no subscriber alice@example.org',
    });
  });

  describe('hashes beside those of Kamailio (RFC 8760)', () => {
    const strong = { ...alice, hashes: hashes('c') };
    const rowsOf = (username: string) => opened.db.knex('sipctl_ha1').where({ username }).orderBy('id');
    const ofAlice = () => subscribers().find('alice', 'example.org');

    it('are added with the user and found with him, in the order given', async () => {
      const added = await subscribers().add(strong);
      await subscribers().add({ ...bob, hashes: hashes('d') });
      await subscribers().add({ ...strong, domain: 'example.net', hashes: [] });
      expect(added.hashes).toEqual(strong.hashes);
      expect(await ofAlice()).toEqual(added);
      const all = await subscribers().list();
      expect(all.map((row) => row.hashes)).toEqual([strong.hashes, hashes('d'), []]);
    });

    it('leave the columns of subscriber, which Kamailio reads, as they are', async () => {
      await subscribers().add(strong);
      const [row] = await opened.db.knex('subscriber');
      expect(row).toEqual({ id: expect.any(Number), ...alice });
    });

    it('are replaced with the password, and gone when there are none for the new one', async () => {
      await subscribers().add(strong);
      await subscribers().add({ ...bob, hashes: hashes('d') });
      const changed = { password: '', ha1: 'e'.repeat(32), ha1b: 'f'.repeat(32) };
      await subscribers().setCredentials('alice', 'example.org', { ...changed, hashes: hashes('e') });
      expect(await ofAlice()).toMatchObject({ ...changed, hashes: hashes('e') });
      await subscribers().setCredentials('alice', 'example.org', changed);
      expect(await ofAlice()).toMatchObject({ ...changed, hashes: [] });
      expect(await rowsOf('alice')).toEqual([]);
      expect(await rowsOf('bob')).toHaveLength(2);
    });

    it('count no more when another program has changed the password', async () => {
      await subscribers().add(strong);
      await opened.db
        .knex('subscriber')
        .where('username', 'alice')
        .update({ ha1: 'f'.repeat(32) });
      expect((await ofAlice())?.hashes).toEqual([]);
      expect((await subscribers().list())[0]?.hashes).toEqual([]);
    });

    it('that another program left behind do not count for a new user of that name, nor stop him', async () => {
      await subscribers().add(strong);
      await opened.db.knex('subscriber').delete();
      expect(await ofAlice()).toBeUndefined();
      await subscribers().add({ ...alice, ha1: '9'.repeat(32) });
      expect((await ofAlice())?.hashes).toEqual([]);
      await opened.db.knex('subscriber').delete();
      await subscribers().add({ ...strong, hashes: hashes('d') });
      expect((await ofAlice())?.hashes).toEqual(hashes('d'));
    });

    it('are removed with the user, and counted', async () => {
      await subscribers().add(strong);
      await subscribers().add({ ...bob, hashes: hashes('d') });
      const rows = { subscriber: 1, sipctl_ha1: 2 };
      expect(await subscribers().countRows('alice', 'example.org')).toEqual(rows);
      expect(await subscribers().remove('alice', 'example.org')).toEqual(rows);
      expect(await rowsOf('alice')).toEqual([]);
      expect(await rowsOf('bob')).toHaveLength(2);
    });

    it('that can not be stored leave no user, and no user changed', async () => {
      const bad = { ...alice, hashes: [{ algorithm: 'SHA-256', ha1: 'x'.repeat(129), ha1b: '' }] };
      await expect(subscribers().add(bad)).rejects.toMatchObject({ code: 'USAGE' });
      expect(await subscribers().count()).toBe(0);
      await subscribers().add(strong);
      const change = { ...bad, ha1: 'f'.repeat(32) };
      await expect(subscribers().setCredentials('alice', 'example.org', change)).rejects.toMatchObject({
        code: 'USAGE',
      });
      expect(await ofAlice()).toMatchObject(strong);
    });

    it('of many users who are added at a time are all there', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `u${i}`);
      await Promise.all(names.map((username) => subscribers().add({ ...strong, username })));
      expect(await opened.db.knex('sipctl_ha1')).toHaveLength(40);
    });

    it('come to a database of before, whose users have none', async () => {
      await subscribers().add(alice);
      const { knex } = opened.db;
      await knex.schema.dropTable('sipctl_ha1');
      await knex('version').where('table_name', 'sipctl_ha1').delete();
      await knex('sipctl_migrations').where('name', '011_sipctl_ha1').delete();
      const storage = await openStorage(opened.url);
      try {
        await expect(storage.schema.demandCurrent()).rejects.toMatchObject({
          message: expect.stringContaining('lacks 011_sipctl_ha1'),
        });
        expect(await storage.schema.migrate()).toEqual(['011_sipctl_ha1']);
        expect(await storage.subscribers.find('alice', 'example.org')).toMatchObject({ ...alice, hashes: [] });
      } finally {
        await storage.close();
      }
    });
  });

  describe('removing a user', () => {
    async function fill(): Promise<void> {
      const { knex } = opened.db;
      await subscribers().add(alice);
      await subscribers().add(bob);
      const of = ({ username, domain }: NewSubscriber) => ({ username, domain });
      await knex('grp').insert([
        { ...of(alice), grp: 'local' },
        { ...of(alice), grp: 'int' },
        { ...of(bob), grp: 'int' },
      ]);
      await knex('dbaliases').insert([
        { ...of(alice), alias_username: '100', alias_domain: 'example.org' },
        { ...of(bob), alias_username: 'alice', alias_domain: 'example.org' },
        { ...of(bob), alias_username: '200', alias_domain: 'example.org' },
      ]);
      await knex('location').insert([
        { ...of(alice), ruid: 'r1' },
        { ...of(bob), ruid: 'r2' },
      ]);
    }

    it('counts its rows, and takes them and nobody else’s away', async () => {
      await fill();
      const rows = { subscriber: 1, grp: 2, dbaliases: 2, location: 1 };
      expect(await subscribers().countRows('alice', 'example.org')).toEqual(rows);
      expect(await subscribers().remove('alice', 'example.org')).toEqual(rows);
      await expect(subscribers().countRows('alice', 'example.org')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await subscribers().countRows('bob', 'example.org')).toEqual({
        subscriber: 1,
        grp: 1,
        dbaliases: 1,
        location: 1,
      });
    });

    it('leaves every row when there is no such subscriber', async () => {
      await fill();
      await opened.db.knex('subscriber').where('username', 'alice').delete();
      await expect(subscribers().remove('alice', 'example.org')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await opened.db.knex('grp').where('username', 'alice')).toHaveLength(2);
    });

    it('knows the tables that only kamdbctl makes', async () => {
      const { knex } = opened.db;
      await knex.schema.createTable('uacreg', (table) => {
        table.increments();
        table.string('l_username', 64);
        table.string('l_domain', 64);
      });
      try {
        await subscribers().add(alice);
        await knex('uacreg').insert({ l_username: 'alice', l_domain: 'example.org' });
        expect(await subscribers().remove('alice', 'example.org')).toEqual({ subscriber: 1, uacreg: 1 });
      } finally {
        await knex.schema.dropTable('uacreg');
      }
    });
  });

  it('stores hostile text exactly, and finds that row alone by it', async () => {
    // Under a collation that ignores case, two of them are the same user; here they are not.
    for (const username of HOSTILE_TEXTS) await subscribers().add({ ...alice, username, password: username });
    for (const username of HOSTILE_TEXTS) {
      expect(await subscribers().find(username, 'example.org')).toMatchObject({ username, password: username });
      expect(await subscribers().list({ username })).toHaveLength(1);
    }
    for (const username of HOSTILE_TEXTS) {
      expect(await subscribers().remove(username, 'example.org')).toEqual({ subscriber: 1 });
    }
    expect(await subscribers().count()).toBe(0);
  });

  it.each([
    ['a name that is too long', 'n'.repeat(65), 'subscriber.username holds at most 64 characters'],
    ['NUL', 'a\0b', 'subscriber.username cannot hold the character NUL'],
    ['half of a surrogate pair', 'a\ud83d', 'subscriber.username cannot hold what is not Unicode text'],
  ])('refuses %s', async (_what, username, message) => {
    await expect(subscribers().add({ ...alice, username })).rejects.toMatchObject({ code: 'USAGE', message });
    expect(await subscribers().count()).toBe(0);
  });

  it('counts characters, not octets, against the width of a column', async () => {
    const username = '🙂'.repeat(64);
    await subscribers().add({ ...alice, username });
    expect(await subscribers().find(username, 'example.org')).toMatchObject({ username });
  });
});
