import { beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { Linphone, type LinphoneOptions } from '../support/linphone.js';
import { havePeers } from '../support/peers.mjs';
import { TestServer } from '../support/server.js';
import { headerOf } from '../support/sip-text.js';
import { until } from '../support/until.js';

const TRANSPORTS = [
  ['UDP', 'udp'],
  ['TCP', 'tcp'],
] as const;

let server: TestServer;
let cast: Cast;

const addressOf = (user: string) => `${user}@${server.domain}`;

/** The bindings of a user, as the server tells them. */
async function bindings(user: string): Promise<{ CSeq: number; 'Call-ID': string }[]> {
  const found = await server.rpc('ul.lookup', ['location', addressOf(user)]).catch(() => undefined);
  const { Contacts = [] } = (found ?? {}) as { Contacts?: { Contact: { CSeq: number; 'Call-ID': string } }[] };
  return Contacts.map(({ Contact }) => Contact);
}

async function registered(options: LinphoneOptions): Promise<Linphone> {
  const phone = await Linphone.start(server, options);
  await phone.registration();
  return phone;
}

describe.skipIf(!havePeers('linphone-cli'))('linphonec', () => {
  beforeAll(async () => {
    server = await TestServer.start({ prepare: withCast, settings: { 'registrar.min-expires': '1' } });
    cast = new Cast(server);
  });

  it.each(TRANSPORTS)('registers, registers again by itself, and takes it back, over %s', async (_name, transport) => {
    const user = cast.newcomer();
    const phone = await registered({ user, transport, expires: 3 });
    const [first, ...more] = await bindings(user);
    expect(more).toEqual([]);
    const again = await until('the second registration', async () =>
      (await bindings(user)).find((binding) => binding.CSeq > Number(first?.CSeq)),
    );
    expect(again['Call-ID']).toBe(first?.['Call-ID']);
    expect(await phone.registered()).toBe(true);
    await phone.quit();
    expect(await bindings(user)).toEqual([]);
  });

  it('is refused with a wrong password', async () => {
    const user = cast.newcomer();
    const phone = await Linphone.start(server, { user, password: 'wrong' });
    await server.logLine('"denied"', '401', 'wrong password', addressOf(user));
    expect(await phone.registered()).toBe(false);
    expect(await bindings(user)).toEqual([]);
    await phone.quit();
  });

  it.each(TRANSPORTS)('calls another one over %s; each of them hangs up once', async (_name, transport) => {
    const [from, to] = [cast.newcomer(), cast.newcomer()];
    const caller = await registered({ user: from, transport });
    const callee = await registered({ user: to, transport });
    for (const hangingUp of [caller, callee]) {
      caller.command(`call sip:${addressOf(to)}`);
      await caller.screen(/Call \d+ to .* ringing/);
      await callee.screen(/Receiving new incoming call from /);
      callee.command('answer');
      for (const phone of [caller, callee]) await phone.screen(/Media streams established/);
      hangingUp.command('terminate');
      for (const phone of [caller, callee]) await phone.screen(/Call \d+ with .* ended \(No error\)/);
    }
    await Promise.all([caller.quit(), callee.quit()]);
  });

  it.each(TRANSPORTS)('cancels a call that rings, over %s', async (_name, transport) => {
    const callee = await cast.registered();
    const caller = await registered({ user: cast.newcomer(), transport });
    caller.command(`call sip:${addressOf(callee.options.user)}`);
    const incoming = await IncomingCall.at(callee);
    incoming.ring();
    await caller.screen(/ringing/);
    caller.command('terminate');
    callee.reply(await callee.request('CANCEL'), 200, 'OK');
    incoming.refuse(487, 'Request Terminated');
    await incoming.acknowledged();
    await caller.screen(/Call 1 with .* ended/);
    await caller.quit();
  });

  it('is called, and the caller gives up while it rings', async () => {
    const user = cast.newcomer();
    const callee = await registered({ user });
    const caller = await cast.registered();
    const call = await new OutgoingCall(caller, user).sendAuthenticated();
    await callee.screen(/Receiving new incoming call/);
    await call.response(180);
    expect((await call.cancel()).status).toBe(200);
    expect((await call.final()).status).toBe(487);
    await callee.screen(/ended \(Not answered\)/);
    await callee.quit();
  });

  it('declines a call, and the caller hears why', async () => {
    const user = cast.newcomer();
    const callee = await registered({ user });
    const caller = await cast.registered();
    const call = await new OutgoingCall(caller, user).sendAuthenticated();
    await callee.screen(/Receiving new incoming call/);
    callee.command('terminate');
    const refusal = await call.final();
    expect(refusal.status).toBe(603);
    expect(headerOf(refusal, 'To')).toContain(';tag=');
    await callee.quit();
  });
});
