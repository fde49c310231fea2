import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baresip } from './baresip.js';
import { IncomingCall, OutgoingCall } from './call.js';
import { Cast, passwordOf, withCast } from './cast.js';
import { Authority } from './certificates.js';
import { havePeers } from './peers.mjs';
import { freePort } from './ports.js';
import { TestServer } from './server.js';
import { until } from './until.js';
import { nextCall, reaches, trust, type WebPhone, type WebPhoneOptions } from './web-phone.js';

export type WebPhoneMaker = new (options: WebPhoneOptions) => WebPhone;

/** What a phone of the web must be able to do over ws, with another one of its kind and with one of another library. */
export function itWorksOverWebSocket(kinds: { Own: WebPhoneMaker; Other: WebPhoneMaker; expires: number }): void {
  const { Own, Other, expires } = kinds;
  let server: TestServer;
  let cast: Cast;
  let url: string;
  const open: WebPhone[] = [];

  beforeAll(async () => {
    const port = await freePort();
    url = `ws://127.0.0.1:${port}`;
    const settings = { 'registrar.min-expires': '1' };
    server = await TestServer.start({ prepare: withCast, settings, listen: [`ws:127.0.0.1:${port}`] });
    cast = new Cast(server);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((phone) => phone.close()));
  });

  function start(Maker: WebPhoneMaker, options: Partial<WebPhoneOptions> = {}): WebPhone {
    const user = cast.newcomer();
    const phone = new Maker({ url, user, domain: server.domain, password: passwordOf(user), ...options });
    open.push(phone);
    return phone;
  }

  async function registered(Maker: WebPhoneMaker, options: Partial<WebPhoneOptions> = {}): Promise<WebPhone> {
    const phone = start(Maker, options);
    await until(
      () => `${phone.user} to be registered; the status is ${phone.registration}`,
      () => phone.registration === 200,
    );
    return phone;
  }

  const uriOf = (user: string) => `sip:${user}@${server.domain}`;

  /** The CSeq of the only binding. */
  async function lastCSeq(user: string): Promise<number> {
    const found = await server.rpc('ul.lookup', ['location', `${user}@${server.domain}`]);
    const { Contacts } = found as { Contacts: { Contact: { CSeq: number } }[] };
    expect(Contacts).toHaveLength(1);
    return Number(Contacts[0]?.Contact.CSeq);
  }

  it('registers, registers again by itself, and takes it back', async () => {
    const phone = await registered(Own, { expires });
    const first = await lastCSeq(phone.user);
    await until('the second registration', async () => (await lastCSeq(phone.user)) > first);
    expect(phone.registration).toBe(200);
    await phone.unregister();
    await expect(server.rpc('ul.lookup', ['location', `${phone.user}@${server.domain}`])).rejects.toThrow();
  });

  it('is refused with a wrong password', async () => {
    const phone = start(Own, { password: 'wrong' });
    await until('the refusal', () => phone.registration === 401);
    await expect(server.rpc('ul.lookup', ['location', `${phone.user}@${server.domain}`])).rejects.toThrow();
  });

  describe.each([
    ['one of its kind', Own],
    ['one of the other library', Other],
  ] as const)('with %s', (_name, Peer) => {
    it.each(['caller', 'callee'])('calls; it rings, is answered, and the %s hangs up', async (whoHangsUp) => {
      const [caller, callee] = [await registered(Own), await registered(Peer)];
      const outgoing = caller.call(uriOf(callee.user));
      const incoming = await nextCall(callee);
      await reaches(outgoing, 'ringing');
      incoming.answer();
      for (const call of [outgoing, incoming]) await reaches(call, 'established');
      (whoHangsUp === 'caller' ? outgoing : incoming).hangUp();
      for (const call of [outgoing, incoming]) await reaches(call, 'ended');
    });

    it('cancels a call that rings', async () => {
      const [caller, callee] = [await registered(Own), await registered(Peer)];
      const outgoing = caller.call(uriOf(callee.user));
      const incoming = await nextCall(callee);
      await reaches(outgoing, 'ringing');
      outgoing.hangUp();
      for (const call of [outgoing, incoming]) await reaches(call, 'refused');
    });

    it('declines a call', async () => {
      const [caller, callee] = [await registered(Peer), await registered(Own)];
      const outgoing = caller.call(uriOf(callee.user));
      const incoming = await nextCall(callee);
      await reaches(outgoing, 'ringing');
      incoming.hangUp();
      for (const call of [outgoing, incoming]) await reaches(call, 'refused');
      expect(outgoing.status).toBe(480);
    });
  });

  it.each(['udp', 'tcp'] as const)('calls a phone on %s and is called by it', async (transport) => {
    const web = await registered(Own);
    const phone = await cast.registered({ transport });
    const calling = web.call(uriOf(phone.options.user));
    const incoming = await IncomingCall.at(phone);
    incoming.answer();
    await incoming.acknowledged();
    await reaches(calling, 'established');
    expect((await incoming.bye()).status).toBe(200);
    await reaches(calling, 'ended');

    const outgoing = await new OutgoingCall(phone, web.user).sendAuthenticated();
    const called = await nextCall(web);
    called.answer();
    await outgoing.established();
    await reaches(called, 'established');
    called.hangUp();
    await outgoing.answerTo('BYE');
    await reaches(called, 'ended');
  });

  it.skipIf(!havePeers('baresip-core'))('calls baresip and is called by it', async () => {
    const web = await registered(Own);
    const user = cast.newcomer();
    const baresip = await Baresip.start(server, { user });
    await baresip.screen(/: \{.*\} 200 OK/);
    const calling = web.call(uriOf(user));
    await baresip.event('CALL_ESTABLISHED');
    await reaches(calling, 'established');
    calling.hangUp();
    await baresip.event('CALL_CLOSED');

    baresip.command('dial', uriOf(web.user));
    const called = await nextCall(web);
    called.answer();
    await baresip.event('CALL_ESTABLISHED');
    baresip.command('hangup');
    await reaches(called, 'ended');
    await baresip.quit();
  });
}

/** The same over wss, in short. */
export function itWorksOverSecureWebSocket({ Own, Other }: { Own: WebPhoneMaker; Other: WebPhoneMaker }): void {
  it.skipIf(!havePeers('openssl'))('registers and calls over wss', async () => {
    const authority = new Authority();
    trust(authority.pem);
    const { certificate, key } = authority.issue(['IP:127.0.0.1']);
    const port = await freePort();
    const settings = { 'tls.certificate': certificate, 'tls.key': key };
    const server = await TestServer.start({ prepare: withCast, settings, listen: [`wss:127.0.0.1:${port}`] });
    const start = (Maker: WebPhoneMaker, user: string, password = passwordOf(user)) =>
      new Maker({ url: `wss://127.0.0.1:${port}`, user, domain: server.domain, password });
    const [caller, callee, stranger] = [start(Own, 'u1'), start(Other, 'u2'), start(Own, 'u3', 'wrong')];
    await until('the registrations', () => [caller, callee].every(({ registration }) => registration === 200));
    await until('the refusal', () => stranger.registration === 401);
    const outgoing = caller.call(`sip:u2@${server.domain}`);
    const incoming = await nextCall(callee);
    incoming.answer();
    for (const call of [outgoing, incoming]) await reaches(call, 'established');
    incoming.hangUp();
    for (const call of [outgoing, incoming]) await reaches(call, 'ended');
    await Promise.all([caller, callee, stranger].map((phone) => phone.close()));
  });
}
