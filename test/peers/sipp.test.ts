import { beforeAll, describe, expect, it } from 'vitest';
import { subscriber, withSubscribers } from '../support/cast.js';
import { havePeers } from '../support/peers.mjs';
import { DOMAIN, TestServer } from '../support/server.js';
import { type CallerOptions, runSipp, SippCallee, type SippResult } from '../support/sipp.js';

const SUBSCRIBERS = 1000;
const CALLS = 50;
const TRUSTED = '127.0.0.77';
const everybody = Array.from({ length: SUBSCRIBERS }, (_, i) => `u${i + 1}`);
const callers = everybody.slice(0, CALLS);
/** Callees, who do not register with the thousand. */
const CALLEES = ['answering', 'busy', 'ringing', 'away', 'forbidden'];

let server: TestServer;

function run(options: Omit<CallerOptions, 'server' | 'calls'> & { family?: 4 | 6 }): Promise<SippResult> {
  const { family = 4, keys, ...rest } = options;
  const host = family === 6 ? '::1' : server.host;
  const address = { host, port: server.port };
  return runSipp({ host, server: address, calls: rest.users.length, keys: { domain: DOMAIN, ...keys }, ...rest });
}

/** Registers a subscriber at a callee's socket. */
async function place(user: string, callee: SippCallee, more: Partial<CallerOptions> & { family?: 4 | 6 } = {}) {
  const keys = { contact_port: callee.port };
  const registered = await run({ scenario: 'register', users: [user], authUri: DOMAIN, keys, ...more });
  expect(registered).toMatchObject({ successful: 1, failed: 0 });
}

function call(callee: string, options: Omit<CallerOptions, 'server' | 'calls' | 'users'> & { family?: 4 | 6 }) {
  return run({ users: callers, authUri: `${callee}@${DOMAIN}`, keys: { callee }, ...options });
}

/** Nothing went wrong, as sipp tells it. */
function all(calls: number) {
  return { successful: calls, failed: 0, errors: '' };
}

describe.skipIf(!havePeers('sip-tester'))('sipp', () => {
  beforeAll(async () => {
    server = await TestServer.start({
      prepare: async (storage, database) => {
        await withSubscribers(SUBSCRIBERS)(storage, database);
        for (const user of CALLEES) await storage.subscribers.add(subscriber(user));
        await storage.addresses.add({ grp: 200, ip_addr: TRUSTED, mask: 32, port: 0, tag: 'sipp' });
        await storage.rules.add({ type: 'D', rule: 'ALL : "^sip:forbidden@"', note: null });
      },
    });
  });

  it('registers 1,000 subscribers with digest', async () => {
    const keys = { contact_port: 9 };
    const result = await run({ scenario: 'register', users: everybody, authUri: DOMAIN, rate: 250, keys });
    expect(result).toEqual(all(SUBSCRIBERS));
    expect(await server.rpc('ul.dump', ['brief'])).toMatchObject({
      Domains: [{ Domain: { Stats: { Records: SUBSCRIBERS } } }],
    });
  });

  it('is refused with a wrong password', async () => {
    const options = { authUri: DOMAIN, password: () => 'wrong', keys: { contact_port: 9 } };
    expect(await run({ scenario: 'register-refused', users: callers, ...options })).toEqual(all(CALLS));
    const words = { STATUS: '407', REASON: 'Proxy Authentication Required' };
    const refused = await call('answering', { scenario: 'call-refused', password: () => 'wrong', words });
    expect(refused).toEqual(all(CALLS));
  });

  it.each([
    ['UDP on IPv4', 'udp', 4],
    ['TCP on IPv4', 'tcp', 4],
    ['UDP on IPv6', 'udp', 6],
    ['TCP on IPv6', 'tcp', 6],
  ] as const)('registers, calls, is answered and hangs up over %s', async (_name, transport, family) => {
    const host = family === 6 ? '::1' : server.host;
    const callee = await SippCallee.start({ scenario: 'callee', calls: CALLS, transport, host });
    await place('answering', callee, { transport, family });
    expect(await call('answering', { scenario: 'call', transport, family })).toEqual(all(CALLS));
    expect(await callee.result()).toEqual(all(CALLS));
    await server.sipctl('ul', 'rm', 'answering', '--yes');
  });

  it('hangs up while it rings', async () => {
    const callee = await SippCallee.start({ scenario: 'callee-cancelled', calls: CALLS });
    await place('ringing', callee);
    expect(await call('ringing', { scenario: 'call-cancelled' })).toEqual(all(CALLS));
    expect(await callee.result()).toEqual(all(CALLS));
  });

  it('hears that the callee is busy', async () => {
    const callee = await SippCallee.start({ scenario: 'callee-busy', calls: CALLS });
    await place('busy', callee);
    const words = { STATUS: '486', REASON: 'Busy Here' };
    expect(await call('busy', { scenario: 'call-refused', words })).toEqual(all(CALLS));
    expect(await callee.result()).toEqual(all(CALLS));
  });

  it('hears that nobody is registered', async () => {
    const words = { STATUS: '404', REASON: 'User not Registered' };
    expect(await call('away', { scenario: 'call-refused', words })).toEqual(all(CALLS));
  });

  it('is denied by a rule', async () => {
    const words = { STATUS: '403', REASON: 'Routing Not Allowed' };
    expect(await call('forbidden', { scenario: 'call-refused', words })).toEqual(all(CALLS));
  });

  it('calls from an address of the trusted group without a password', async () => {
    const callee = await SippCallee.start({ scenario: 'callee', calls: CALLS });
    await place('answering', callee);
    expect(await call('answering', { scenario: 'call-trusted', host: TRUSTED })).toEqual(all(CALLS));
    expect(await callee.result()).toEqual(all(CALLS));
  });
});
