import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { KamailioProxy } from '../support/kamailio-proxy.js';
import { havePeers } from '../support/peers.mjs';
import type { Phone } from '../support/phone.js';
import { TestServer } from '../support/server.js';
import { headerOf } from '../support/sip-text.js';
import { answered, cancelled, passed, recordRoutes } from '../support/two-proxies.js';

const isThere = havePeers('kamailio');

describe.skipIf(!isThere).each(['udp', 'tcp'] as const)('Kamailio over %s', (transport) => {
  let server: TestServer;
  let cast: Cast;
  let kamailio: KamailioProxy;

  beforeAll(async () => {
    server = await TestServer.start({ prepare: withCast });
    cast = new Cast(server);
    kamailio = await KamailioProxy.start(server, { server: `${server.host}:${server.port};transport=${transport}` });
  });

  afterAll(async () => {
    expect(kamailio.complaints).toEqual([]);
    await kamailio.stop();
  });

  describe('in front of sipctl', () => {
    /** A phone that knows Kamailio only. */
    const phone = () => cast.phone({ server: kamailio, transport });

    async function registered(): Promise<Phone> {
      const registering = await phone();
      const response = await registering.register({ headers: [['Supported', 'path']] });
      expect(response.status).toBe(200);
      expect(headerOf(response, 'Path')).toContain(`:${kamailio.port}`);
      return registering;
    }

    it('lets a phone register, and the path to it is kept', async () => {
      const { options } = await registered();
      const found = JSON.stringify(await server.rpc('ul.lookup', ['location', `${options.user}@${server.domain}`]));
      expect(found).toContain(`<sip:${kamailio.host}:${kamailio.port}`);
    });

    it('hears that a password is wrong', async () => {
      const registering = await phone();
      const response = await registering.register({ password: 'wrong', headers: [['Supported', 'path']] });
      expect(response.status).toBe(401);
      const call = await new OutgoingCall(registering, 'u80').sendAuthenticated('wrong');
      expect((await call.final()).status).toBe(407);
    });

    it.each(['caller', 'callee'])('carries a call between two of its phones, and the %s hangs up', async (who) => {
      const [caller, callee] = [await registered(), await registered()];
      const { outgoing, incoming } = await answered(caller, callee, callee.addressOfRecord);
      const path = [kamailio.port, server.port, kamailio.port];
      expect(passed(incoming.invite)).toEqual(path);
      expect(recordRoutes(incoming.invite)).toEqual(path);
      const [leaving, left] = who === 'caller' ? [outgoing, incoming] : [incoming, outgoing];
      const ended = leaving.bye();
      expect(passed(await left.answerTo('BYE'))).toEqual(path);
      expect((await ended).status).toBe(200);
    });

    it('carries a call to a phone of sipctl, with another INVITE in it', async () => {
      const [caller, callee] = [await registered(), await cast.registered({ transport })];
      const { outgoing, incoming } = await answered(caller, callee, callee.addressOfRecord);
      expect(passed(incoming.invite)).toEqual([server.port, kamailio.port]);
      const again = outgoing.ask('INVITE');
      await incoming.answerTo('INVITE');
      expect((await again).status).toBe(200);
      outgoing.ack();
      await incoming.acknowledged();
      const ended = incoming.bye();
      await outgoing.answerTo('BYE');
      expect((await ended).status).toBe(200);
    });

    it('carries a CANCEL', async () => {
      const [caller, callee] = [await registered(), await registered()];
      await cancelled(caller, callee, callee.addressOfRecord);
    });
  });

  describe('behind sipctl', () => {
    let last = 0;

    /** A phone of Kamailio's own domain, registered there. */
    async function remote(): Promise<Phone> {
      last += 1;
      const callee = await cast.phone({
        user: `remote${last}`,
        domain: domainOf(kamailio),
        server: kamailio,
        transport,
      });
      expect((await callee.register()).status).toBe(200);
      return callee;
    }

    const domainOf = ({ host, port }: KamailioProxy) => `${host}:${port}`;
    const uriAt = (callee: Phone) => `${callee.addressOfRecord};transport=${transport}`;

    it.each(['caller', 'callee'])('takes a call to its domain, and the %s hangs up', async (who) => {
      const [caller, callee] = [await cast.registered({ transport }), await remote()];
      const { outgoing, incoming } = await answered(caller, callee, uriAt(callee));
      expect(passed(incoming.invite)).toEqual([kamailio.port, server.port]);
      expect(recordRoutes(incoming.invite)).toEqual([kamailio.port, server.port]);
      const [leaving, left] = who === 'caller' ? [outgoing, incoming] : [incoming, outgoing];
      const ended = leaving.bye();
      expect(passed(await left.answerTo('BYE'))).toHaveLength(2);
      expect((await ended).status).toBe(200);
    });

    it('says that nobody is there, and the caller hears it', async () => {
      const caller = await cast.registered({ transport });
      const uri = `sip:nobody@${domainOf(kamailio)};transport=${transport}`;
      const call = await new OutgoingCall(caller, uri).sendAuthenticated();
      expect(await call.final()).toMatchObject({ status: 404, reason: 'Not Found' });
    });

    it('takes a CANCEL', async () => {
      const [caller, callee] = [await cast.registered({ transport }), await remote()];
      await cancelled(caller, callee, uriAt(callee));
    });

    it('gets no call from somebody whose password is wrong', async () => {
      const [caller, callee] = [await cast.phone({ transport }), await remote()];
      const call = await new OutgoingCall(caller, uriAt(callee)).sendAuthenticated('wrong');
      expect((await call.final()).status).toBe(407);
      expect(callee.inbox).toEqual([]);
    });
  });
});
