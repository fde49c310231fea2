import { expect, it } from 'vitest';
import type { LocationRow } from '../../src/storage/rows.js';
import { HOSTILE_TEXTS, onEachEngine } from './support.js';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
/** The tables keep whole seconds. */
const now = new Date(Math.floor(Date.now() / SECOND) * SECOND);
const later = new Date(now.getTime() + HOUR);

const bare: LocationRow = {
  ruid: 'uloc-1',
  username: 'alice',
  domain: 'example.org',
  contact: 'sip:alice@192.0.2.1:5060',
  received: null,
  path: null,
  expires: later,
  q: -1,
  callid: 'call@192.0.2.1',
  cseq: 1,
  last_modified: now,
  flags: 0,
  cflags: 0,
  user_agent: '',
  socket: null,
  methods: null,
  instance: null,
  reg_id: 0,
  server_id: 0,
  connection_id: -1,
  keepalive: 0,
  partition: 0,
};

const full: LocationRow = {
  ...bare,
  ruid: 'uloc-2',
  received: 'sip:198.51.100.1:1024',
  path: '<sip:edge.example.org;lr>',
  q: 0.5,
  cseq: 4_294_967_295,
  flags: 0xf000_0001,
  cflags: 64,
  user_agent: 'Phone/1.0 (ž)',
  socket: 'udp:192.0.2.10:5060',
  methods: 8159,
  instance: '<urn:uuid:00000000-0000-1000-8000-000a95a0e128>',
  reg_id: 1,
  server_id: 2,
  connection_id: 17,
  keepalive: 1,
  partition: 3,
};

onEachEngine('locations', (opened) => {
  const locations = () => opened.storage.locations;
  const ruids = async () => (await locations().list()).map((row) => row.ruid).sort();

  it('reads back every column as it was written', async () => {
    await locations().apply({ upserts: [bare, full], deletes: [] });
    expect(await locations().list()).toEqual([bare, full]);
  });

  it('keeps a permanent binding, and every method as NULL, as Kamailio does', async () => {
    await locations().apply({ upserts: [{ ...bare, expires: null, methods: 4_294_967_295 }], deletes: [] });
    expect(await locations().list()).toEqual([{ ...bare, expires: null, methods: null }]);
    expect(await opened.db.knex('location').first('methods')).toEqual({ methods: null });
  });

  it('lists the bindings of one user, in one domain or in none', async () => {
    const elsewhere = { ...bare, ruid: 'uloc-3', domain: 'example.net' };
    const nowhere = { ...bare, ruid: 'uloc-4', domain: null };
    const other = { ...bare, ruid: 'uloc-5', username: 'Alice' };
    await locations().apply({ upserts: [bare, elsewhere, nowhere, other], deletes: [] });
    expect(await locations().list({ username: 'alice', domain: 'example.org' })).toEqual([bare]);
    expect(await locations().list({ username: 'alice', domain: null })).toEqual([nowhere]);
    expect(await locations().list({ username: 'alice' })).toEqual([bare, elsewhere, nowhere]);
  });

  it('updates a binding whose ruid is known, without using up a number of the key', async () => {
    await locations().apply({ upserts: [bare], deletes: [] });
    const changed = { ...full, ruid: bare.ruid };
    for (let times = 0; times < 3; times++) await locations().apply({ upserts: [changed], deletes: [] });
    expect(await locations().list()).toEqual([changed]);
    const { id } = await opened.db.knex('location').first('id');
    await locations().apply({ upserts: [full], deletes: [] });
    expect(await opened.db.knex('location').where('ruid', full.ruid).first('id')).toEqual({ id: id + 1 });
  });

  it('deletes, inserts and updates together', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((ruid) => ({ ...bare, ruid })) as [LocationRow, LocationRow, LocationRow];
    await locations().apply({ upserts: [a, b], deletes: [] });
    await locations().apply({ upserts: [{ ...b, contact: 'sip:new@192.0.2.1' }, c], deletes: ['a', 'unknown'] });
    expect(await ruids()).toEqual(['b', 'c']);
    expect(await locations().list()).toMatchObject([{ contact: 'sip:new@192.0.2.1' }, { contact: bare.contact }]);
  });

  it('lets the last state win where a ruid comes twice', async () => {
    await locations().apply({ upserts: [bare, { ...bare, cseq: 2 }], deletes: [] });
    expect(await locations().list()).toEqual([{ ...bare, cseq: 2 }]);
  });

  it('changes nothing when there is nothing to change', async () => {
    await locations().apply({ upserts: [], deletes: [] });
    expect(await ruids()).toEqual([]);
  });

  it('commits thousands of changes at once', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => ({ ...bare, ruid: `uloc-${n}`, username: `user${n}` }));
    await locations().apply({ upserts: many, deletes: [] });
    expect(await locations().list()).toEqual(many);
    await locations().apply({ upserts: [], deletes: many.map((row) => row.ruid) });
    expect(await ruids()).toEqual([]);
  });

  it('changes nothing when one of the rows cannot be stored', async () => {
    const tooLong = { ...full, contact: `sip:${'x'.repeat(509)}` };
    await expect(locations().apply({ upserts: [bare, tooLong], deletes: [] })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'location.contact holds at most 512 characters',
    });
    expect(await ruids()).toEqual([]);
  });

  it('takes back the deletes when the database refuses an insert', async () => {
    await locations().apply({ upserts: [bare], deletes: [] });
    const refused = { ...full, callid: null } as unknown as LocationRow;
    await expect(locations().apply({ upserts: [refused], deletes: [bare.ruid] })).rejects.toMatchObject({
      code: 'DATABASE',
    });
    expect(await ruids()).toEqual([bare.ruid]);
  });

  it('removes what expired, never a permanent binding', async () => {
    const gone = { ...bare, ruid: 'gone', expires: new Date(now.getTime() - SECOND) };
    const longGone = { ...bare, ruid: 'long gone', expires: new Date(Date.UTC(2001, 1, 1)) };
    const permanent = { ...bare, ruid: 'permanent', expires: null };
    await locations().apply({ upserts: [bare, gone, longGone, permanent], deletes: [] });
    expect(await locations().removeExpired(now)).toBe(2);
    expect(await ruids()).toEqual(['permanent', 'uloc-1']);
    expect(await locations().removeExpired(now)).toBe(0);
  });

  it('reads a row that has only defaults', async () => {
    await opened.db.knex('location').insert({ ruid: 'uloc-1' });
    expect(await locations().list()).toMatchObject([
      {
        ruid: 'uloc-1',
        expires: new Date(2030, 4, 28, 21, 32, 15),
        last_modified: new Date(2000, 0, 1, 0, 0, 1),
        q: 1,
      },
    ]);
  });

  it('stores hostile text exactly', async () => {
    const rows = HOSTILE_TEXTS.map((text, n) => ({ ...bare, ruid: `uloc-${n}`, username: text, contact: text }));
    await locations().apply({ upserts: rows, deletes: [] });
    expect(await locations().list()).toEqual(rows);
  });
});
