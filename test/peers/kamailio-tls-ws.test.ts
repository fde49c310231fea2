import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, passwordOf, withCast } from '../support/cast.js';
import { Authority } from '../support/certificates.js';
import { JsSipPhone } from '../support/jssip.js';
import { KamailioProxy } from '../support/kamailio-proxy.js';
import { havePeers } from '../support/peers.mjs';
import type { Phone } from '../support/phone.js';
import { freePort } from '../support/ports.js';
import { TestServer } from '../support/server.js';
import { headersOf } from '../support/sip-text.js';
import { answered, cancelled } from '../support/two-proxies.js';
import { until } from '../support/until.js';
import { nextCall, reaches } from '../support/web-phone.js';

let server: TestServer;
let cast: Cast;
let kamailio: KamailioProxy;

describe.skipIf(!havePeers('kamailio', 'kamailio-tls-modules', 'openssl'))('Kamailio over TLS', () => {
  let authority: Authority;
  let tlsPort: number;

  beforeAll(async () => {
    authority = new Authority();
    const own = authority.issue(['IP:127.0.0.1', 'DNS:test.example']);
    tlsPort = await freePort();
    server = await TestServer.start({
      prepare: withCast,
      settings: { 'tls.certificate': own.certificate, 'tls.key': own.key, 'tls.ca': authority.path },
      listen: [`tls:127.0.0.1:${tlsPort}`],
    });
    cast = new Cast(server);
    kamailio = await startKamailio(authority);
  });

  afterAll(() => kamailio.stop());

  /** A Kamailio with a certificate of this authority, which trusts ours. */
  function startKamailio(issuer: Authority): Promise<KamailioProxy> {
    const tls = { ...issuer.issue(['IP:127.0.0.1']), authority: authority.path };
    return KamailioProxy.start(server, { server: `127.0.0.1:${tlsPort};transport=tls`, tls });
  }

  let last = 0;

  /** A phone of Kamailio's own domain, and the URI by which sipctl reaches it. */
  async function remote(proxy: KamailioProxy): Promise<{ callee: Phone; uri: string }> {
    last += 1;
    const user = `remote${last}`;
    const callee = await cast.phone({ user, domain: `${proxy.host}:${proxy.port}`, server: proxy });
    expect((await callee.register()).status).toBe(200);
    return { callee, uri: `sip:${user}@${proxy.host}:${proxy.tlsPort};transport=tls` };
  }

  const protocolOf = (via: string | undefined) => via?.split(' ')[0];

  describe('in front of sipctl', () => {
    it.each(['caller', 'callee'])('lets a phone register and call, and the %s hangs up', async (who) => {
      const phone = await cast.phone({ server: kamailio });
      expect((await phone.register({ password: 'wrong' })).status).toBe(401);
      expect((await phone.register({ headers: [['Supported', 'path']] })).status).toBe(200);
      const callee = await cast.registered();
      const { outgoing, incoming } = await answered(phone, callee, callee.addressOfRecord);
      expect(headersOf(incoming.invite, 'Via').map(protocolOf)).toEqual(['SIP/2.0/UDP', 'SIP/2.0/TLS', 'SIP/2.0/UDP']);
      const [leaving, left] = who === 'caller' ? [outgoing, incoming] : [incoming, outgoing];
      const ended = leaving.bye();
      await left.answerTo('BYE');
      expect((await ended).status).toBe(200);
    });

    it('carries a call to its phone, and a CANCEL', async () => {
      const callee = await cast.phone({ server: kamailio });
      expect((await callee.register({ headers: [['Supported', 'path']] })).status).toBe(200);
      await cancelled(await cast.registered(), callee, callee.addressOfRecord);
    });
  });

  describe('behind sipctl', () => {
    it.each(['caller', 'callee'])('takes a call to its domain, and the %s hangs up', async (who) => {
      const { callee, uri } = await remote(kamailio);
      const { outgoing, incoming } = await answered(await cast.registered(), callee, uri);
      expect(headersOf(incoming.invite, 'Via').map(protocolOf)).toEqual(['SIP/2.0/UDP', 'SIP/2.0/TLS', 'SIP/2.0/UDP']);
      const [leaving, left] = who === 'caller' ? [outgoing, incoming] : [incoming, outgoing];
      const ended = leaving.bye();
      await left.answerTo('BYE');
      expect((await ended).status).toBe(200);
    });

    it('takes a CANCEL', async () => {
      const { callee, uri } = await remote(kamailio);
      await cancelled(await cast.registered(), callee, uri);
    });

    it('gets no call when its certificate is of an unknown authority', async () => {
      const stranger = await startKamailio(new Authority('Another CA'));
      const { callee, uri } = await remote(stranger);
      const call = await new OutgoingCall(await cast.registered(), uri).sendAuthenticated();
      expect((await call.final()).status).toBeGreaterThanOrEqual(500);
      expect(callee.inbox).toEqual([]);
      await stranger.stop();
    });
  });
});

const hasWebSocket = havePeers('kamailio', 'kamailio-websocket-modules');

describe.skipIf(!hasWebSocket)('Kamailio takes WebSockets in front of sipctl', () => {
  const open: JsSipPhone[] = [];

  beforeAll(async () => {
    server = await TestServer.start({ prepare: withCast });
    cast = new Cast(server);
    kamailio = await KamailioProxy.start(server, {
      server: `${server.host}:${server.port};transport=tcp`,
      webSocket: true,
    });
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((phone) => phone.close()));
  });

  afterAll(() => kamailio.stop());

  function start(password?: string): JsSipPhone {
    const user = cast.newcomer();
    const account = { user, domain: server.domain, password: password ?? passwordOf(user) };
    const phone = new JsSipPhone({ url: `ws://${kamailio.host}:${kamailio.port}`, ...account });
    open.push(phone);
    return phone;
  }

  async function registered(): Promise<JsSipPhone> {
    const phone = start();
    await until(
      () => `${phone.user} to be registered; the status is ${phone.registration}`,
      () => phone.registration === 200,
    );
    return phone;
  }

  const uriOf = (user: string) => `sip:${user}@${server.domain}`;

  it('JsSIP is refused with a wrong password', async () => {
    const phone = start('wrong');
    await until('the refusal', () => phone.registration === 401);
  });

  it.each(['JsSIP', 'the phone'])('JsSIP calls a phone of sipctl, and %s hangs up', async (who) => {
    const [web, phone] = [await registered(), await cast.registered()];
    const calling = web.call(uriOf(phone.options.user));
    const incoming = await IncomingCall.at(phone);
    incoming.ring();
    await reaches(calling, 'ringing');
    incoming.answer();
    await incoming.acknowledged();
    await reaches(calling, 'established');
    if (who === 'JsSIP') {
      calling.hangUp();
      await incoming.answerTo('BYE');
    } else expect((await incoming.bye()).status).toBe(200);
    await reaches(calling, 'ended');
  });

  it.each(['JsSIP', 'the phone'])('a phone of sipctl calls JsSIP, and %s hangs up', async (who) => {
    const [web, phone] = [await registered(), await cast.registered()];
    const outgoing = await new OutgoingCall(phone, web.user).sendAuthenticated();
    const called = await nextCall(web);
    await outgoing.response(180);
    called.answer();
    await outgoing.established();
    await reaches(called, 'established');
    if (who === 'JsSIP') {
      called.hangUp();
      await outgoing.answerTo('BYE');
    } else expect((await outgoing.bye()).status).toBe(200);
    await reaches(called, 'ended');
  });

  it('a phone of sipctl gives up while JsSIP rings', async () => {
    const [web, phone] = [await registered(), await cast.registered()];
    const outgoing = await new OutgoingCall(phone, web.user).sendAuthenticated();
    const called = await nextCall(web);
    await outgoing.response(180);
    expect((await outgoing.cancel()).status).toBe(200);
    expect((await outgoing.final()).status).toBe(487);
    await reaches(called, 'refused');
  });
});
