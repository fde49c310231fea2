import { beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, withCast } from '../support/cast.js';
import { TestServer } from '../support/server.js';
import { headerOf, headersOf, paramOf } from '../support/sip-text.js';

const TRUSTED = '127.0.0.90';

let server: TestServer;
let cast: Cast;
let ours: string;

beforeAll(async () => {
  server = await TestServer.start({
    prepare: async (storage, database) => {
      await withCast(storage, database);
      await storage.addresses.add({ grp: 200, ip_addr: TRUSTED, mask: 32, port: 0, tag: null });
    },
  });
  cast = new Cast(server);
  ours = `sip:${server.domain}`;
});

describe('a request that can not be forwarded', () => {
  it('answers 483 when Max-Forwards is 0 (RFC 3261 16.3)', async () => {
    const phone = await cast.phone();
    const answer = await phone.ask(phone.newRequest('MESSAGE', `sip:u1@${server.domain}`, { maxForwards: 0 }));
    expect(answer.startLine).toBe('SIP/2.0 483 Too Many Hops');
  });

  it('answers 416 to a URI scheme it does not know (RFC 3261 16.3)', async () => {
    const phone = await cast.phone();
    const answer = await phone.ask(phone.newRequest('INVITE', 'carrier-pigeon:u1@test.example', { to: `<${ours}>` }));
    expect(answer.status).toBe(416);
  });

  it('answers 420 to a Proxy-Require and names the extension (RFC 3261 16.3)', async () => {
    const phone = await cast.phone({ host: TRUSTED });
    const headers = [['Proxy-Require', 'foo, bar']] as const;
    const answer = await phone.ask(phone.newRequest('MESSAGE', `sip:u1@${server.domain}`, { headers }));
    expect(answer.status).toBe(420);
    expect(headerOf(answer, 'Unsupported')).toBe('foo, bar');
  });

  it('answers 482 to a request that comes back as it was sent (RFC 3261 16.3)', async () => {
    const caller = await cast.phone({ host: TRUSTED });
    const callee = await cast.registered({ host: TRUSTED });
    const call = new OutgoingCall(caller, callee.options.user).send();
    const incoming = await IncomingCall.at(callee);
    const { text } = incoming.invite;
    const via = `Via: SIP/2.0/UDP ${callee.hostPort};branch=z9hG4bKback;rport`;
    const withoutRecordRoute = text.replace(/^Record-Route:.*\r\n/im, '');
    const [startLine = ''] = withoutRecordRoute.split('\r\n');
    const back = withoutRecordRoute.replace(
      startLine,
      `INVITE sip:${callee.options.user}@${server.domain} SIP/2.0\r\n${via}`,
    );
    callee.send(back);
    const refusal = await callee.finalResponse(headerOf(incoming.invite, 'Call-ID'), '1 INVITE');
    expect(refusal.status).toBe(482);
    incoming.refuse(486, 'Busy Here');
    await call.final();
  });

  it('answers 484 when nobody is called (default kamailio.cfg)', async () => {
    const phone = await cast.phone({ host: TRUSTED });
    expect((await phone.ask(phone.newRequest('MESSAGE', ours))).status).toBe(484);
  });

  it('answers 400 when the method of CSeq is another (RFC 3261 8.1.1.5)', async () => {
    const phone = await cast.phone();
    const text = phone.newRequest('MESSAGE', `sip:u1@${server.domain}`).replace('CSeq: 1 MESSAGE', 'CSeq: 1 INFO');
    expect((await phone.ask(text)).status).toBe(400);
  });

  it('never answers an ACK (RFC 3261 17.1.1.3), nor a scanner', async () => {
    const phone = await cast.phone();
    phone.send(phone.newRequest('ACK', `sip:u1@${server.domain}`));
    phone.send(phone.newRequest('ACK', 'sip:u1@elsewhere.example', { to: '<sip:u1@elsewhere.example>;tag=fake' }));
    phone.send(phone.newRequest('OPTIONS', ours, { headers: [['User-Agent', 'friendly-scanner']] }));
    await phone.settle();
    expect(phone.inbox).toEqual([]);
  });
});

describe('nobody is there', () => {
  it('answers 404 User not Registered (seed 000)', async () => {
    const caller = await cast.phone();
    const call = await new OutgoingCall(caller, cast.newcomer()).sendAuthenticated();
    expect((await call.final()).startLine).toBe('SIP/2.0 404 User not Registered');
  });
});

describe('no open relay', () => {
  it('refuses a stranger who calls a stranger', async () => {
    const phone = await cast.phone();
    const call = new OutgoingCall(phone, 'sip:someone@elsewhere.example', {
      from: '<sip:other@elsewhere.example>',
    }).send();
    expect((await call.final()).status).toBe(403);
  });

  it('does not follow the Route of a stranger', async () => {
    const phone = await cast.phone();
    const victim = await cast.phone();
    const headers = [['Route', `<sip:${victim.hostPort};lr>`]] as const;
    const call = new OutgoingCall(phone, 'sip:someone@elsewhere.example', {
      from: '<sip:other@elsewhere.example>',
      headers,
    }).send();
    expect((await call.final()).status).toBe(403);
    await victim.settle();
    expect(victim.inbox).toEqual([]);
  });

  it('does not let a made-up To tag and Route pass for a dialog', async () => {
    const phone = await cast.phone();
    const victim = await cast.registered();
    for (const target of [victim.contactUri, victim.addressOfRecord]) {
      for (const route of [`<sip:${server.host}:${server.port};lr>`, `<sip:${victim.hostPort};lr>`]) {
        const parts = { to: `<${target}>;tag=made-up`, headers: [['Route', route]] as const };
        const answer = await phone.ask(phone.newRequest('MESSAGE', target, parts));
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
    }
    await victim.settle();
    expect(victim.inbox).toEqual([]);
  });

  it('answers a request with a To tag that it has no route for', async () => {
    const phone = await cast.phone();
    const to = `<sip:u1@${server.domain}>;tag=made-up`;
    const answer = await phone.ask(phone.newRequest('BYE', `sip:u1@${server.domain}`, { to }));
    expect([404, 481]).toContain(answer.status);
  });

  it('answers to where a request came from, whatever its Via says (RFC 3581)', async () => {
    const phone = await cast.phone();
    const victim = await cast.phone();
    const text = phone.newRequest('OPTIONS', ours).replace(`UDP ${phone.hostPort}`, `UDP ${victim.hostPort}`);
    const answer = await phone.ask(text.replace(';rport', `;received=${victim.host};rport=${victim.port}`));
    expect(paramOf(headerOf(answer, 'Via'), 'received')).toBe(phone.host);
    await victim.settle();
    expect(victim.inbox).toEqual([]);
  });
});

describe('a caller who claims to be ours', () => {
  it.each(['INVITE', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'INFO', 'REFER', 'NOTIFY', 'UPDATE', 'OPTIONS', 'UNHEARD-OF'])(
    'is challenged for %s before anything else',
    async (method) => {
      const phone = await cast.phone();
      const callee = await cast.registered();
      const text = phone.newRequest(method, callee.addressOfRecord);
      const answer = await phone.ask(text);
      expect(answer.status).toBe(407);
      expect(headerOf(answer, 'Proxy-Authenticate')).toMatch(/^Digest realm="test.example", nonce="[^"]+", qop="auth"/);
      await callee.settle();
      expect(callee.inbox).toEqual([]);
    },
  );

  it('is refused with the wrong password, and for an unknown user in the same words', async () => {
    const callee = await cast.registered();
    const known = await cast.phone();
    const unknown = await cast.phone({ user: 'nobody' });
    const refusals = [];
    for (const phone of [known, unknown]) {
      const call = await new OutgoingCall(phone, callee.options.user).sendAuthenticated('wrong');
      const refusal = await call.final();
      expect(headersOf(refusal, 'Proxy-Authenticate')).toHaveLength(1);
      refusals.push(refusal.startLine);
    }
    expect(refusals).toEqual([
      'SIP/2.0 407 Proxy Authentication Required',
      'SIP/2.0 407 Proxy Authentication Required',
    ]);
  });

  it('may not call in the name of another subscriber', async () => {
    const callee = await cast.registered();
    const phone = await cast.phone();
    const victim = cast.newcomer();
    const call = new OutgoingCall(phone, callee.options.user, { from: `<sip:${victim}@${server.domain}>` });
    await call.sendAuthenticated();
    expect([403, 407]).toContain((await call.final()).status);
    await callee.settle();
    expect(callee.inbox).toEqual([]);
  });
});
