import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { A, AOR, B, ORIGIN, registerRequest, setUp } from './support.js';

describe('registrar', () => {
  it('adds, lists and removes bindings (RFC 3261 10.2)', async () => {
    const { register } = setUp();
    expect((await register([`Contact: <${A}>`])).contacts).toEqual([A]);
    expect((await register([`Contact: <${B}>`])).contacts).toEqual([A, B]);
    expect((await register([])).result).toMatchObject({ status: 200, change: 'listed' });
    expect((await register([`Contact: <${A}>;expires=0`])).contacts).toEqual([B]);
    expect((await register(['Contact: *', 'Expires: 0'])).contacts).toEqual([]);
  });

  it('takes the time from the contact, else from Expires, else the default, and cuts what is too long (RFC 3261 10.3)', async () => {
    const { register } = setUp();
    const answered = async (lines: string[]) => (await register(lines)).header('Contact');
    expect(await answered([`Contact: <${A}>;expires=100`, 'Expires: 200'])).toBe(`<${A}>;expires=100`);
    expect(await answered([`Contact: <${A}>`, 'Expires: 200'])).toBe(`<${A}>;expires=200`);
    expect(await answered([`Contact: <${A}>`])).toBe(`<${A}>;expires=3600`);
    expect(await answered([`Contact: <${A}>;expires=4000000000`])).toBe(`<${A}>;expires=7200`);
  });

  it('answers 423 with Min-Expires when the time is too short (RFC 3261 10.3 step 7)', async () => {
    const { register } = setUp();
    const { result, contacts } = await register([`Contact: <${A}>;expires=59`]);
    expect(result).toMatchObject({ status: 423, headers: [['Min-Expires', '60']] });
    expect(contacts).toEqual([]);
  });

  it('does all of a REGISTER or nothing (RFC 3261 10.3)', async () => {
    const { register } = setUp();
    await register([`Contact: <${A}>`]);
    const { status, contacts } = await register([`Contact: <${B}>, <sip:alice@198.51.100.1:5080>;q=2`]);
    expect([status, contacts]).toEqual([400, [A]]);
  });

  it.each([
    ['with a time other than 0 (security D16)', ['Contact: *', 'Expires: 10']],
    ['without Expires', ['Contact: *']],
    ['beside another contact', ['Contact: *', `Contact: <${B}>`, 'Expires: 0']],
    ['beside another contact in one header', [`Contact: *, <${B}>`, 'Expires: 0']],
  ])('refuses the wildcard %s and removes nothing', async (_name, lines) => {
    const { register } = setUp();
    await register([`Contact: <${A}>`]);
    const { status, contacts } = await register(lines);
    expect([status, contacts]).toEqual([400, [A]]);
  });

  it('refuses a CSeq that is not higher within one Call-ID, for the wildcard too (RFC 3261 10.3 step 7, security D15)', async () => {
    const { register } = setUp();
    await register([`Contact: <${A}>`], { number: 5 });
    expect((await register([`Contact: <${A}>`], { number: 5 })).status).toBe(400);
    expect((await register(['Contact: *', 'Expires: 0'], { number: 4 })).contacts).toEqual([A]);
    expect((await register([`Contact: <${A}>`], { number: 1, callId: 'after-a-restart' })).status).toBe(200);
  });

  it('takes two spellings of a URI as one contact (RFC 3261 19.1.4)', async () => {
    const { register } = setUp();
    await register([`Contact: <${A};transport=UDP>`]);
    expect((await register([`Contact: <${A};transport=udp>`])).contacts).toHaveLength(1);
  });

  it('takes a contact with the same instance as the same phone (RFC 5626 6)', async () => {
    const { register } = setUp();
    const instance = ';+sip.instance="<urn:uuid:1>"';
    await register([`Contact: <${A}>${instance}`]);
    expect((await register([`Contact: <${B}>${instance}`])).contacts).toEqual([B]);
  });

  it('refuses more contacts than are allowed, and then saves none (security D17)', async () => {
    const { register } = setUp();
    const many = [1, 2, 3, 4].map((port) => `<sip:alice@198.51.100.1:${port}>`).join(', ');
    const { status, contacts } = await register([`Contact: ${many}`]);
    expect([status, contacts]).toEqual([403, []]);
  });

  it.each(['127.0.0.1:22', '0.0.0.0', '224.0.0.1', '[::1]', '[ff02::1]', 'localhost'])(
    'refuses a contact at %s from elsewhere (security D18)',
    async (host) => {
      expect((await setUp().register([`Contact: <sip:alice@${host}>`])).status).toBe(403);
    },
  );

  it('lets a phone on this machine name its loopback address', async () => {
    const origin = { ...ORIGIN, address: '127.0.0.1' };
    expect((await setUp().register(['Contact: <sip:alice@127.0.0.1:5070>'], { origin })).status).toBe(200);
  });

  it('orders contacts by q, older first, those without q last', async () => {
    const { register } = setUp();
    const { contacts } = await register([
      'Contact: <sip:a@198.51.100.1>, <sip:b@198.51.100.1>;q=0.5, <sip:c@198.51.100.1>;q=1.0',
    ]);
    expect(contacts.map((contact) => contact[4])).toEqual(['c', 'b', 'a']);
  });

  it.each(['2', '1.001', '-1', 'x', '0.5x', ''])('refuses q=%s', async (q) => {
    expect((await setUp().register([`Contact: <${A}>;q=${q}`])).status).toBe(400);
  });

  it('refuses an extension that it does not have (RFC 3261 10.3 step 2)', async () => {
    const { result } = await setUp().register(['Require: outer-space', `Contact: <${A}>`]);
    expect(result).toMatchObject({ status: 420, headers: [['Unsupported', 'outer-space']] });
  });

  it('remembers where a phone behind a NAT really is', async () => {
    const { locations, register } = setUp();
    const origin = { ...ORIGIN, address: '203.0.113.5', port: 31000 };
    await register(['Contact: <sip:alice@10.0.0.5:5060>'], { origin });
    expect(locations.lookup(AOR)[0]?.received).toBe('sip:203.0.113.5:31000');
  });

  it('keeps the Path (RFC 3327)', async () => {
    const { locations, register } = setUp();
    await register([`Contact: <${A}>`, 'Path: <sip:edge.example;lr>, <sip:edge2.example;lr>']);
    expect(locations.lookup(AOR)[0]?.path).toEqual(['<sip:edge.example;lr>', '<sip:edge2.example;lr>']);
    expect((await register([`Contact: <${A}>`, 'Path: <sip:edge.example>'])).status).toBe(400);
  });

  it('forgets a binding when its time is over, and removes it from the store', async () => {
    const deleted: string[] = [];
    const { clock, locations, registrar } = setUp({
      apply: async ({ deletes }) => void deleted.push(...deletes.map(({ contact }) => contact)),
    });
    await registrar.save(registerRequest([`Contact: <${A}>;expires=60`], { callId: 'c' }), AOR, ORIGIN);
    locations.startSweeping();
    clock.advance(59_000);
    expect(locations.lookup(AOR)).toHaveLength(1);
    clock.advance(2_000);
    expect([locations.lookup(AOR).length, locations.contacts]).toEqual([0, 0]);
    await locations.close();
    expect(deleted).toEqual([A]);
  });
});

describe('durability', () => {
  it('answers only after the store has the binding', async () => {
    let commit: () => void = () => undefined;
    const { register } = setUp({ apply: () => new Promise((done) => (commit = done)) });
    let answered = false;
    const answer = register([`Contact: <${A}>`]).then(() => (answered = true));
    for (let i = 0; i < 5; i++) await new Promise((next) => setImmediate(next));
    expect(answered).toBe(false);
    commit();
    await answer;
    expect(answered).toBe(true);
  });

  it('has no binding when the store refused it', async () => {
    const { locations, register } = setUp({
      apply: async () => {
        throw new Error('disk full');
      },
    });
    await expect(register([`Contact: <${A}>`])).rejects.toThrow('disk full');
    expect(locations.lookup(AOR)).toEqual([]);
  });

  it('keeps the old binding when the store refused the refresh', async () => {
    let works = true;
    const { locations, register } = setUp({
      apply: async () => {
        if (!works) throw new Error('disk full');
      },
    });
    await register([`Contact: <${A}>;expires=100`]);
    const [before] = locations.lookup(AOR);
    works = false;
    await expect(register([`Contact: <${A}>;expires=200`])).rejects.toThrow();
    expect(locations.lookup(AOR)).toEqual([before]);
  });

  it('writes what came in during one commit with the next, all at once', async () => {
    const sizes: number[] = [];
    const { registrar } = setUp({
      apply: async ({ upserts }) => {
        sizes.push(upserts.length);
        await new Promise((next) => setImmediate(next));
      },
    });
    const all = Array.from({ length: 50 }, (_, i) =>
      registrar.save(registerRequest([`Contact: <${A}>`], { callId: `c${i}` }), `user${i}@test.example`, ORIGIN),
    );
    await Promise.all(all);
    expect(sizes).toEqual([50]);
  });

  it('writes the others when one can not be stored', async () => {
    const stored: string[] = [];
    const { registrar, locations } = setUp({
      apply: async ({ upserts }) => {
        if (upserts.some(({ aor }) => aor.startsWith('user7@'))) throw new Failure('USAGE', 'too long for the column');
        stored.push(...upserts.map(({ aor }) => aor));
      },
    });
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        registrar.save(registerRequest([`Contact: <${A}>`], { callId: `c${i}` }), `user${i}@test.example`, ORIGIN),
      ),
    );
    expect(all.map(({ status }) => status === 'rejected').indexOf(true)).toBe(7);
    expect([stored.length, locations.users]).toEqual([19, 19]);
  });
});
