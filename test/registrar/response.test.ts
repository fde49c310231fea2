import { describe, expect, it } from 'vitest';
import { A, B, ORIGIN, setUp, streamOrigin, TestFlow } from './support.js';

const INSTANCE = '+sip.instance="<urn:uuid:1>"';
const FLOW = `Contact: <${A}>;reg-id=1;${INSTANCE}`;
const EDGE = '<sip:203.0.113.9;lr;ob>';
const TWO_HOPS = ['SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK2', 'SIP/2.0/UDP 10.0.0.5;branch=z9hG4bK1'];

describe('the 200 to REGISTER', () => {
  it('has a Date, and what the server supports (RFC 3261 10.3 step 8)', async () => {
    const { clock, register } = setUp();
    expect((await register([])).header('Date')).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
    clock.advance(1000);
    const { header } = await register([]);
    expect(header('Date')).toBe('Tue, 14 Nov 2023 22:13:21 GMT');
    expect(header('Supported')).toBe('path, outbound');
  });

  it('shows for each contact what is known of it', async () => {
    const { clock, register } = setUp();
    const origin = { ...ORIGIN, address: '203.0.113.5', port: 31_000 };
    await register([`Contact: <sip:alice@10.0.0.5>;q=0.25;${INSTANCE};expires=100`], { origin });
    clock.advance(40_000);
    const { header } = await register([`Contact: <${B}>`]);
    expect(header('Contact')).toBe(
      `<sip:alice@10.0.0.5>;q=0.25;expires=60;received="sip:203.0.113.5:31000";+sip.instance="<urn:uuid:1>", <${B}>;expires=3600`,
    );
  });

  it('writes an instance with a quote in it as a quoted string (RFC 3261 25.1)', async () => {
    const { header } = await setUp().register([`Contact: <${A}>;+sip.instance="<a\\"b>"`]);
    expect(header('Contact')).toContain(';+sip.instance="<a\\"b>"');
  });

  it('has no Contact when nothing is bound', async () => {
    expect((await setUp().register([])).header('Contact')).toBeUndefined();
  });

  it.each([
    ['lazy', 'Supported: path', '<sip:203.0.113.9;lr>, <sip:203.0.113.8;lr>'],
    ['lazy', 'Supported: timer', undefined],
    ['strict', 'Supported: path', '<sip:203.0.113.9;lr>, <sip:203.0.113.8;lr>'],
    ['off', 'Supported: path', undefined],
  ] as const)(
    'with the Path setting %s returns the Path to %s as %s (RFC 3327 5.3)',
    async (path, supported, returned) => {
      const { register } = setUp({ settings: { path } });
      const answer = await register([
        `Contact: <${A}>`,
        supported,
        'Path: <sip:203.0.113.9;lr>',
        'Path: <sip:203.0.113.8;lr>',
      ]);
      expect([answer.status, answer.header('Path')]).toEqual([200, returned]);
    },
  );
});

describe('outbound (RFC 5626 6)', () => {
  const regIds = async (lines: readonly string[], vias?: readonly string[], settings = {}) => {
    const { locations, register } = setUp({ settings });
    const answer = await register(lines, vias === undefined ? {} : { vias });
    const [binding] = locations.lookup('alice@test.example');
    return { status: answer.status, regId: binding?.regId, require: answer.header('Require') };
  };

  it('counts a reg-id with an instance when the phone is the only hop, and says so to phones that know it', async () => {
    expect(await regIds([FLOW, 'Supported: path, outbound'])).toEqual({ status: 200, regId: 1, require: 'outbound' });
    expect(await regIds([FLOW])).toEqual({ status: 200, regId: 1, require: undefined });
  });

  it('counts it behind an edge proxy whose Path has ob', async () => {
    const lines = [FLOW, 'Supported: path, outbound', `Path: ${EDGE}, <sip:203.0.113.8;lr>`];
    expect(await regIds(lines, TWO_HOPS)).toEqual({ status: 200, regId: 1, require: 'outbound' });
  });

  it('does not count it behind a proxy whose Path has none, when the phone did not ask for outbound', async () => {
    expect(await regIds([FLOW, 'Path: <sip:203.0.113.9;lr>'], TWO_HOPS)).toMatchObject({ status: 200, regId: 0 });
    expect(await regIds([FLOW], TWO_HOPS)).toMatchObject({ status: 200, regId: 0 });
  });

  it('does not count it without an instance, nor where it is off', async () => {
    expect(await regIds([`Contact: <${A}>;reg-id=1`, 'Supported: outbound'])).toEqual({
      status: 200,
      regId: 0,
      require: undefined,
    });
    expect(await regIds([FLOW, 'Supported: outbound'], undefined, { outbound: 'off' })).toMatchObject({ regId: 0 });
  });

  it('keeps the flows of one phone beside each other, and renews the one that is named', async () => {
    const { register, locations } = setUp();
    await register([FLOW]);
    await register([`Contact: <${A}>;reg-id=2;${INSTANCE}`]);
    await register([`Contact: <${B}>;reg-id=1;${INSTANCE}`], { callId: 'after-a-restart', number: 1 });
    const flows = locations.lookup('alice@test.example').map(({ regId, contact }) => [regId, contact]);
    expect(flows).toEqual([
      [1, B],
      [2, A],
    ]);
  });

  it('remembers the flow even where the contact would do', async () => {
    const { register, locations } = setUp();
    await register([FLOW]);
    expect(locations.lookup('alice@test.example')[0]).toMatchObject({
      received: 'sip:198.51.100.1:5060',
      socket: 'udp:192.0.2.1:5060',
    });
  });

  it('tells a phone on a stream how often to show that it is there; over UDP the phone knows better (RFC 5626 4.4.2)', async () => {
    const lines = [FLOW, 'Supported: outbound'];
    const timer = async (origin: typeof ORIGIN, flowTimer = 120) =>
      (await setUp({ settings: { flowTimer } }).register(lines, { origin })).header('Flow-Timer');
    expect(await timer(streamOrigin(new TestFlow(1)))).toBe('120');
    expect(await timer(streamOrigin(new TestFlow(1)), 0)).toBeUndefined();
    expect(await timer(ORIGIN)).toBeUndefined();
  });
});
