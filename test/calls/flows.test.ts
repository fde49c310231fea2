import { beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { TestServer } from '../support/server.js';
import { headerOf } from '../support/sip-text.js';
import { until } from '../support/until.js';

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast });
  cast = new Cast(server);
});

/** A binding as the server dumps it. */
type Contact = Record<string, string | number>;

/** The bindings that the server holds of a user, none when it has none. */
async function bindings(user: string): Promise<Contact[]> {
  const found = await server.rpc('ul.lookup', ['location', `${user}@${server.domain}`]).catch(() => undefined);
  return found === undefined
    ? []
    : (found as { Contacts: { Contact: Contact }[] }).Contacts.map(({ Contact }) => Contact);
}

const SUPPORTED = [['Supported', 'path, outbound']] as const;
const flow = (contact: string, regId: number) => `<${contact}>;reg-id=${regId};+sip.instance="<urn:uuid:1>"`;

describe('a phone that registers its TCP connection as a flow (RFC 5626)', () => {
  it('is told so, and is called over that connection even when its contact leads nowhere', async () => {
    const callee = await cast.phone({ transport: 'tcp' });
    const contact = flow(`sip:${callee.options.user}@nowhere.invalid;transport=tcp`, 1);
    const answer = await callee.register({ contact, headers: SUPPORTED });
    expect(answer.status).toBe(200);
    expect([headerOf(answer, 'Require'), headerOf(answer, 'Flow-Timer')]).toEqual(['outbound', '120']);
    const call = await new OutgoingCall(await cast.phone(), callee.options.user).sendAuthenticated();
    (await IncomingCall.at(callee)).refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });

  it('is not registered any more when the connection is gone', async () => {
    const callee = await cast.phone({ transport: 'tcp' });
    const { user } = callee.options;
    await callee.register({ contact: flow(callee.contactUri, 1), headers: SUPPORTED });
    expect(await bindings(user)).toMatchObject([{ 'Reg-Id': 1, Instance: '<urn:uuid:1>' }]);
    expect((await bindings(user))[0]?.['Tcpconn-Id']).toBeGreaterThanOrEqual(0);
    callee.close();
    await until('the server to see the connection end', async () => (await bindings(user)).length === 0);
    const call = await new OutgoingCall(await cast.phone(), user).sendAuthenticated();
    expect((await call.final()).status).toBe(404);
  });

  it('is called over its other flow then', async () => {
    const { user } = (await cast.phone()).options;
    const [first, second] = [
      await cast.phone({ user, transport: 'tcp' }),
      await cast.phone({ user, transport: 'tcp' }),
    ];
    await first.register({ contact: flow(first.contactUri, 1), headers: SUPPORTED });
    await second.register({ contact: flow(second.contactUri, 2), headers: SUPPORTED });
    expect(await bindings(user)).toHaveLength(2);
    second.close();
    await until('the server to see the connection end', async () => (await bindings(user)).length === 1);
    const call = await new OutgoingCall(await cast.phone(), user).sendAuthenticated();
    (await IncomingCall.at(first)).refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });

  it('has to register again after the server was started again', async () => {
    const restarted = await TestServer.start({ prepare: withCast });
    const others = new Cast(restarted);
    const callee = await others.phone({ transport: 'tcp' });
    await callee.register({ contact: flow(callee.contactUri, 1), headers: SUPPORTED });
    const byUdp = await others.registered();
    await restarted.stop();
    await restarted.launch();
    const shown = await restarted.sipctl('ul', 'show');
    expect([shown.includes(callee.contactUri), shown.includes(byUdp.contactUri)]).toEqual([false, true]);
  });
});

describe('pings through a NAT', () => {
  it('go to a phone whose contact is private, are shown, and remove it when it answers no more', async () => {
    const settings = { 'nat.ping-interval': '1', 'nat.ping-misses': '2' };
    const pinging = await TestServer.start({ prepare: withCast, settings });
    const callee = await new Cast(pinging).phone();
    const { user } = callee.options;
    expect((await callee.register({ contact: `<sip:${user}@10.0.0.5>` })).status).toBe(200);
    const options = await callee.request('OPTIONS');
    expect(options.startLine).toBe(`OPTIONS sip:${user}@10.0.0.5 SIP/2.0`);
    callee.reply(options, 200, 'OK', { tag: 'pong' });
    const dump = async () => JSON.stringify(await pinging.rpc('ul.dump'));
    await until('the pings to be shown', async () => (await dump()).includes('"Keepalive":1'));
    await until('the phone to be removed', async () => !(await dump()).includes('10.0.0.5'));
  });
});

describe('registration events', () => {
  it('tell what happened to a phone, in order', async () => {
    const { last } = (await server.rpc('registrar.events', [])) as { last: number };
    const phone = await cast.registered();
    await phone.register({ expires: 5 });
    await phone.register({ contact: `<${phone.contactUri}>;expires=0` });
    const { events } = (await server.rpc('registrar.events', [last])) as { events: Record<string, unknown>[] };
    const own = events.filter(({ aor }) => aor === `${phone.options.user}@${server.domain}`);
    expect(own.map(({ event, contact, reason }) => [event, contact, reason])).toEqual([
      ['created', phone.contactUri, null],
      ['rejected', null, '423 Interval too brief'],
      ['unregistered', phone.contactUri, null],
    ]);
  });

  it('tell that an administrator has taken a binding away', async () => {
    const phone = await cast.registered();
    const { last } = (await server.rpc('registrar.events', [])) as { last: number };
    await server.sipctl('ul', 'rm', phone.options.user, '--yes');
    const { events } = (await server.rpc('registrar.events', [last, 30])) as { events: Record<string, unknown>[] };
    expect(events).toMatchObject([{ event: 'deactivated', contact: phone.contactUri }]);
  });

  it('that are waited for come at once', async () => {
    const { last } = (await server.rpc('registrar.events', [])) as { last: number };
    const waiting = server.rpc('registrar.events', [last, 30]) as Promise<{ events: { event: string }[] }>;
    await cast.registered();
    expect((await waiting).events[0]?.event).toBe('created');
  });
});

describe('sipctl ul add', () => {
  it('binds a user for good, and a call goes there', async () => {
    const callee = await cast.phone();
    const { user } = callee.options;
    await server.sipctl('ul', 'add', user, callee.contactUri);
    expect(await bindings(user)).toMatchObject([{ Address: callee.contactUri, Expires: 'permanent' }]);
    const call = await new OutgoingCall(await cast.phone(), user).sendAuthenticated();
    (await IncomingCall.at(callee)).refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });

  it('takes time and Path, and replaces a contact of before', async () => {
    const user = cast.newcomer();
    await server.sipctl('ul', 'add', user, 'sip:x@127.0.0.9');
    await server.sipctl('ul', 'add', user, 'sip:x@127.0.0.9', '100', '<sip:127.0.0.8;lr>');
    const [binding, ...others] = await bindings(user);
    expect([binding?.Path, others]).toEqual(['<sip:127.0.0.8;lr>', []]);
    expect([100, 99, 98]).toContain(binding?.Expires);
  });

  it('is understood as kamctl sends it', async () => {
    const user = cast.newcomer();
    const aor = `${user}@${server.domain}`;
    expect(await server.rpc('ul.add', ['location', aor, 'sip:x@127.0.0.9', 0, 1, '.', 0, 0, 4294967295])).toEqual({});
    expect(await bindings(user)).toMatchObject([{ Q: 1, Path: '[not set]', Methods: 4294967295, Socket: '[not set]' }]);
    await expect(server.rpc('ul.add', ['elsewhere', aor, 'sip:x@127.0.0.9'])).rejects.toThrow('Domain table not found');
    await expect(server.rpc('ul.add', ['location', aor, 'nowhere'])).rejects.toThrow('is not a SIP URI');
  });
});
