import { describe, expect, it } from 'vitest';
import { needsFlow } from '../../src/registrar/binding.js';
import { A, AOR, B, setUp, streamOrigin, TestFlow } from './support.js';

const INSTANCE = '+sip.instance="<urn:uuid:1>"';

describe('a binding and its connection', () => {
  it.each(['ws', 'wss'])('over %s is gone at once when the connection is (RFC 7118)', async (protocol) => {
    const deleted: string[] = [];
    const { clock, locations, register, events } = setUp({
      apply: async ({ deletes }) => void deleted.push(...deletes.map(({ contact }) => contact)),
    });
    const flow = new TestFlow(1);
    await register(['Contact: <sip:alice@abc.invalid;transport=ws>'], { origin: streamOrigin(flow, protocol) });
    expect(locations.lookup(AOR)).toMatchObject([{ flow, received: 'sip:198.51.100.1:40001;transport=ws' }]);
    flow.closed = true;
    expect(locations.lookup(AOR)).toEqual([]);
    locations.startSweeping();
    clock.advance(1000);
    await locations.close();
    expect([locations.contacts, deleted.length]).toEqual([0, 1]);
    expect(events()).toEqual(['created', 'deactivated']);
  });

  it('that is a flow of RFC 5626 is skipped when its connection is gone, and the phone is reached by the other', async () => {
    const { locations, register } = setUp();
    const [first, second] = [new TestFlow(1), new TestFlow(2)];
    await register([`Contact: <${A}>;reg-id=1;${INSTANCE}`], { origin: streamOrigin(first) });
    await register([`Contact: <${A}>;reg-id=2;${INSTANCE}`], { origin: streamOrigin(second) });
    first.closed = true;
    expect(locations.lookup(AOR).map(({ regId }) => regId)).toEqual([2]);
  });

  it('over TCP stays when the connection is gone: the contact may be dialled', async () => {
    const { locations, register } = setUp();
    const flow = new TestFlow(1);
    await register([`Contact: <${A};transport=tcp>`], { origin: streamOrigin(flow) });
    flow.closed = true;
    expect(locations.lookup(AOR)).toHaveLength(1);
  });

  it('comes back with the next registration, over the new connection', async () => {
    const { locations, register } = setUp();
    const first = new TestFlow(1);
    const lines = [`Contact: <${A}>;reg-id=1;${INSTANCE}`];
    await register(lines, { origin: streamOrigin(first) });
    first.closed = true;
    await register(lines, { origin: streamOrigin(new TestFlow(2)) });
    expect(locations.lookup(AOR)).toMatchObject([{ flow: { id: 2 } }]);
    expect(locations.contacts).toBe(1);
  });

  it('does not count against the most contacts when its connection is gone', async () => {
    const { register } = setUp({ settings: { maxContacts: 1 } });
    const first = new TestFlow(1);
    await register([`Contact: <${A}>;reg-id=1;${INSTANCE}`], { origin: streamOrigin(first) });
    first.closed = true;
    expect((await register([`Contact: <${B}>`])).status).toBe(200);
  });

  it('belongs to the edge proxy when there is a Path', async () => {
    const { locations, register } = setUp();
    const flow = new TestFlow(1);
    await register([`Contact: <${A}>;reg-id=1;${INSTANCE}`, 'Path: <sip:203.0.113.9;lr;ob>'], {
      origin: streamOrigin(flow),
    });
    flow.closed = true;
    expect(locations.lookup(AOR)).toMatchObject([{ flow: undefined, received: undefined }]);
  });

  it('has no way to it after a restart when it needs its connection', async () => {
    const { locations, register } = setUp();
    await register([`Contact: <${A}>;reg-id=1;${INSTANCE}`], { origin: streamOrigin(new TestFlow(1)) });
    await register([`Contact: <${B};transport=tcp>`], { origin: streamOrigin(new TestFlow(2)) });
    await register([`Contact: <${A}>;reg-id=3;${INSTANCE}`]);
    expect(locations.lookup(AOR).map((binding) => [binding.regId, needsFlow(binding)])).toEqual([
      [1, true],
      [0, false],
      [3, false],
    ]);
  });
});

describe('registration events (RFC 3680 5.1)', () => {
  it('tell of each binding that is made, refreshed, taken back or ended by its time', async () => {
    const { clock, locations, register, events } = setUp();
    await register([`Contact: <${A}>, <${B}>;expires=100`]);
    await register([`Contact: <${A}>;expires=200`]);
    await register([`Contact: <${A}>;expires=0`]);
    locations.startSweeping();
    clock.advance(102_000);
    await locations.close();
    expect(events()).toEqual(['created', 'created', 'refreshed', 'unregistered', 'expired']);
  });

  it('tell nothing of what the store refused', async () => {
    const { register, events } = setUp({ apply: () => Promise.reject(new Error('disk full')) });
    await expect(register([`Contact: <${A}>`])).rejects.toThrow();
    expect(events()).toEqual([]);
  });
});
