import { describe, expect, it } from 'vitest';
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

onEachEngine('subscribers', (opened) => {
  const subscribers = () => opened.storage.subscribers;

  it('adds a user and finds it again, with its id', async () => {
    const added = await subscribers().add(alice);
    expect(added).toEqual({ id: expect.any(Number), ...alice });
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
