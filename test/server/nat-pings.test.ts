import { describe, expect, it } from 'vitest';
import type { Binding } from '../../src/registrar/binding.js';
import { type BindingEvent, Locations } from '../../src/registrar/locations.js';
import { NatPings } from '../../src/server/nat-pings.js';
import { VirtualClock } from '../../src/util/clock.js';

const INTERVAL = 10;

/** Lets everything that waits for no timer happen. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((next) => setImmediate(next));
}

function setUp(ping: (binding: Binding) => Promise<boolean | undefined> = async () => true) {
  const clock = new VirtualClock();
  const pinged: string[] = [];
  const happened: BindingEvent[] = [];
  const locations = new Locations({
    store: { apply: async () => undefined },
    clock,
    durable: true,
    writeFailed: () => undefined,
    happened: (event, binding) => {
      happened.push(event);
      pings.happened(event, binding);
    },
  });
  const pings: NatPings = new NatPings({
    clock,
    locations,
    interval: INTERVAL,
    misses: 3,
    ping: (binding) => {
      pinged.push(binding.ruid);
      return ping(binding);
    },
    failed: (error) => {
      throw error;
    },
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000);
      await settled();
    }
  };
  return { clock, locations, pings, pinged, happened, pass };
}

function natted(ruid: string, more: Partial<Binding> = {}): Binding {
  return {
    ruid,
    aor: `${ruid}@test.example`,
    contact: `sip:${ruid}@10.0.0.5`,
    received: 'sip:203.0.113.5:31000',
    path: [],
    expires: Number.POSITIVE_INFINITY,
    q: -1,
    callId: 'c',
    cseq: 1,
    modified: 0,
    userAgent: 'n/a',
    socket: 'udp:192.0.2.1:5060',
    methods: undefined,
    instance: undefined,
    regId: 0,
    flags: 0,
    cflags: 0,
    flow: undefined,
    ...more,
  };
}

describe('NAT pings', () => {
  it('go to each binding behind a NAT once in an interval, spread over it', async () => {
    const { locations, pings, pinged, pass } = setUp();
    locations.restore(Array.from({ length: 100 }, (_, i) => natted(`u${i}`)));
    pings.start();
    await pass(1);
    expect(pinged.length).toBe(11);
    await pass(INTERVAL - 1);
    expect([pinged.length, new Set(pinged).size]).toEqual([100, 100]);
    await pass(INTERVAL);
    expect([pinged.length, new Set(pinged).size]).toEqual([200, 100]);
    pings.stop();
  });

  it('do not go to phones that are reached where their contact says, or behind another proxy', async () => {
    const { locations, pings, pinged, pass } = setUp();
    locations.restore([natted('direct', { received: undefined }), natted('edge', { path: ['<sip:203.0.113.9;lr>'] })]);
    pings.start();
    await pass(2 * INTERVAL);
    expect(pinged).toEqual([]);
    pings.stop();
  });

  it('end with the server', async () => {
    const { clock, locations, pings, pinged, pass } = setUp();
    locations.restore([natted('u1')]);
    pings.start();
    pings.stop();
    await pass(INTERVAL);
    expect([clock.waiting, pinged]).toEqual([0, []]);
  });

  it('remember when the last answer came and how long it took', async () => {
    let answer: (answered: boolean) => void = () => undefined;
    const { clock, locations, pings, pass } = setUp(() => new Promise((resolve) => (answer = resolve)));
    locations.restore([natted('u1')]);
    pings.start();
    await pass(1);
    clock.advance(250);
    answer(true);
    await settled();
    expect(pings.keepaliveOf(natted('u1'))).toMatchObject({ last: clock.now(), roundtrip: 250 });
    expect(pings.keepaliveOf(natted('u2'))).toBeUndefined();
    pings.stop();
  });

  it('that stay unanswered three times in a row remove the binding', async () => {
    const { locations, pings, pinged, happened, pass } = setUp(async () => false);
    locations.restore([natted('u1')]);
    pings.start();
    await pass(2 * INTERVAL);
    expect([pinged.length, locations.contacts]).toEqual([2, 1]);
    await pass(INTERVAL);
    expect([pinged.length, locations.contacts, happened]).toEqual([3, 0, ['deactivated']]);
    expect(pings.keepaliveOf(natted('u1'))).toBeUndefined();
    pings.stop();
  });

  it('that fail with an error count as unanswered', async () => {
    const { locations, pings, pass } = setUp(() => Promise.reject(new Error('no way')));
    locations.restore([natted('u1')]);
    pings.start();
    await pass(3 * INTERVAL);
    expect(locations.contacts).toBe(0);
    pings.stop();
  });

  it('that are answered in between, or a registration in between, start the count anew', async () => {
    const answers = [false, false, true, false, false, false];
    const { locations, pings, pass } = setUp(async () => answers.shift() ?? true);
    locations.restore([natted('u1')]);
    pings.start();
    await pass(5 * INTERVAL);
    expect(locations.contacts).toBe(1);
    await locations.change('u1@test.example', { upserts: [natted('u1', { cseq: 2 })], deletes: [] });
    await pass(INTERVAL);
    expect([answers.length, locations.contacts]).toEqual([0, 1]);
    pings.stop();
  });

  it('do not remove a phone that registered while the ping was under way', async () => {
    const waiting: ((answered: boolean) => void)[] = [];
    const { clock, locations, pings, pass } = setUp(() => new Promise((resolve) => waiting.push(resolve)));
    locations.restore([natted('u1')]);
    pings.start();
    for (let i = 0; i < 3; i++) {
      await pass(INTERVAL);
      if (i === 2) {
        clock.advance(1);
        const renewed = natted('u1', { modified: clock.now() });
        await locations.change('u1@test.example', { upserts: [renewed], deletes: [] });
      }
      waiting.shift()?.(false);
      await settled();
    }
    expect(locations.lookup('u1@test.example')).toHaveLength(1);
    pings.stop();
  });

  it('of which one is under way are not doubled', async () => {
    const { locations, pings, pinged, pass } = setUp(() => new Promise(() => undefined));
    locations.restore([natted('u1')]);
    pings.start();
    await pass(3 * INTERVAL);
    expect(pinged).toEqual(['u1']);
    pings.stop();
  });

  it('of a kind that is not answered never remove a binding', async () => {
    const { locations, pings, pinged, pass } = setUp(async () => undefined);
    locations.restore([natted('u1')]);
    pings.start();
    await pass(5 * INTERVAL);
    expect([pinged.length, locations.contacts]).toEqual([5, 1]);
    pings.stop();
  });
});
