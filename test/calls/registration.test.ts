import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { IncomingCall, OutgoingCall } from '../support/call.js';
import { Cast, passwordOf, subscriber, withCast } from '../support/cast.js';
import { challengeParam } from '../support/digest-answer.js';
import { TestServer } from '../support/server.js';
import { headerOf, headersOf } from '../support/sip-text.js';

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast });
  cast = new Cast(server);
});

/** What `sipctl ul show` has for a user, as text. */
async function shown(user: string): Promise<string> {
  return (await server.trySipctl(['ul', 'show', user])).stdout;
}

describe('a registration', () => {
  it('is challenged with qop="auth", then answered with the binding and its expiry (RFC 3261 10.3)', async () => {
    const phone = await cast.phone();
    const challenge = await phone.ask(
      phone.newRequest('REGISTER', `sip:${server.domain}`, { to: `<${phone.addressOfRecord}>` }),
    );
    expect(challenge.startLine).toBe('SIP/2.0 401 Unauthorized');
    expect(headerOf(challenge, 'WWW-Authenticate')).toMatch(/^Digest realm="test.example", nonce="[^"]+", qop="auth"/);
    const accepted = await phone.register({ expires: 300 });
    expect(accepted.startLine).toBe('SIP/2.0 200 OK');
    expect(headerOf(accepted, 'Contact')).toMatch(new RegExp(`^<${phone.contactUri}>.*;expires=(300|299)`));
  });

  it('is refused with the wrong password and leaves no binding', async () => {
    const phone = await cast.phone();
    expect((await phone.register({ password: 'wrong' })).status).toBe(401);
    expect(await shown(phone.options.user)).not.toContain(phone.contactUri);
  });

  it('in the name of somebody else is refused (RFC 3261 10.3 step 3)', async () => {
    const phone = await cast.phone();
    const victim = `sip:${cast.newcomer()}@${server.domain}`;
    expect([401, 403]).toContain((await phone.register({ to: victim })).status);
    expect(await shown(victim)).not.toContain(phone.contactUri);
  });

  it('can not be repeated with the same credentials; the new challenge says stale (RFC 7616 3.3)', async () => {
    const phone = await cast.phone();
    const uri = `sip:${server.domain}`;
    const callId = 'replayed';
    const first = await phone.ask(phone.newRequest('REGISTER', uri, { callId, to: `<${phone.addressOfRecord}>` }));
    const headers = [['Authorization', phone.credentials(first, 'REGISTER', uri)]] as const;
    const parts = { callId, to: `<${phone.addressOfRecord}>`, headers };
    expect((await phone.ask(phone.newRequest('REGISTER', uri, { ...parts, cseq: 2 }))).status).toBe(200);
    const replayed = await phone.ask(phone.newRequest('REGISTER', uri, { ...parts, cseq: 3 }));
    expect(replayed.status).toBe(401);
    expect(challengeParam(headerOf(replayed, 'WWW-Authenticate'), 'stale')).toMatch(/true/i);
  });

  it('asks which bindings there are when it has no Contact (RFC 3261 10.2.3)', async () => {
    const phone = await cast.registered();
    const answer = await phone.register({ contact: '' });
    expect(headerOf(answer, 'Contact')).toContain(phone.contactUri);
  });

  it('ends with expires=0, and with * all of them (RFC 3261 10.2.2)', async () => {
    const phone = await cast.registered();
    await cast.registered({ user: phone.options.user });
    const one = await phone.register({ contact: `<${phone.contactUri}>;expires=0` });
    expect(headerOf(one, 'Contact')).not.toContain(phone.contactUri);
    const none = await phone.register({ contact: '*', expires: 0 });
    expect(none.status).toBe(200);
    expect(headersOf(none, 'Contact')).toEqual([]);
  });

  it('is shown and removed by sipctl ul; the next caller hears 404', async () => {
    const phone = await cast.registered();
    const { user } = phone.options;
    expect(await shown(user)).toContain(phone.contactUri);
    await server.sipctl('ul', 'rm', user, '--yes');
    expect(await shown(user)).not.toContain(phone.contactUri);
    const call = await new OutgoingCall(await cast.phone(), user).sendAuthenticated();
    expect((await call.final()).status).toBe(404);
  });

  it.each([
    ['TCP', { transport: 'tcp' }],
    ['IPv6', { host: '::1' }],
    ['TCP on IPv6', { transport: 'tcp', host: '::1' }],
  ] as const)('works over %s', async (_name, options) => {
    const phone = await cast.registered(options);
    expect(await shown(phone.options.user)).toContain(phone.contactUri);
  });
});

describe('a password', () => {
  it('of a subscriber just added is accepted at once', async () => {
    await server.sipctl('add', 'newcomer', 'first');
    const phone = await cast.phone({ user: 'newcomer', password: 'first' });
    expect((await phone.register()).status).toBe(200);
  });

  it('changed with sipctl passwd counts at once, and the old one no more', async () => {
    const phone = await cast.registered();
    await server.sipctl('passwd', phone.options.user, 'changed');
    expect((await phone.register()).status).toBe(401);
    expect((await phone.register({ password: 'changed' })).status).toBe(200);
  });

  it('changed with SQL counts as soon as it is used', async () => {
    const phone = await cast.registered();
    const { user } = phone.options;
    const { ha1, ha1b } = subscriber(user, 'changed by SQL');
    writeSql('UPDATE subscriber SET ha1 = ?, ha1b = ? WHERE username = ?', ha1, ha1b, user);
    expect((await phone.register({ password: 'changed by SQL' })).status).toBe(200);
  });

  it('of a subscriber added with SQL is accepted', async () => {
    const { username, domain, ha1, ha1b } = subscriber('by-sql', passwordOf('by-sql'));
    const insert = 'INSERT INTO subscriber (username, domain, password, ha1, ha1b) VALUES (?, ?, ?, ?, ?)';
    writeSql(insert, username, domain, '', ha1, ha1b);
    const phone = await cast.phone({ user: 'by-sql' });
    expect((await phone.register()).status).toBe(200);
  });

  it('of a subscriber who was removed is refused', async () => {
    const phone = await cast.registered();
    await server.sipctl('rm', phone.options.user, '--yes');
    expect((await phone.register()).status).toBe(401);
  });
});

/** Writes behind the server's back, as an administrator with a database client does. */
function writeSql(sql: string, ...values: string[]): void {
  const database = new Database(server.database);
  try {
    database.pragma('busy_timeout = 10000');
    expect(database.prepare(sql).run(...values).changes).toBe(1);
  } finally {
    database.close();
  }
}

describe('after kill -9', () => {
  it('every binding that was answered with 200 is there, and reached by a call', async () => {
    const crashing = await TestServer.start({ prepare: withCast });
    const others = new Cast(crashing);
    const callee = await others.registered();
    await crashing.kill();
    await crashing.launch();
    expect(await crashing.sipctl('ul', 'show', callee.options.user)).toContain(callee.contactUri);
    const { outgoing, incoming } = await others.established(await others.phone(), callee);
    const bye = outgoing.bye();
    await incoming.answerTo('BYE');
    expect((await bye).status).toBe(200);
  });

  it('a hundred registrations in flight are all there that were answered', async () => {
    const crashing = await TestServer.start({ prepare: withCast });
    const others = new Cast(crashing);
    const phones = await Promise.all(Array.from({ length: 70 }, () => others.phone()));
    const answered: string[] = [];
    const pending = phones.map((phone) =>
      phone.register().then((answer) => {
        if (answer.status === 200) answered.push(phone.contactUri);
        return answered.length;
      }),
    );
    await Promise.race(pending.slice(30));
    await crashing.kill();
    for (const phone of phones) phone.abandon();
    await Promise.allSettled(pending);
    await crashing.launch();
    const kept = await crashing.sipctl('ul', 'show');
    expect(answered.filter((contact) => !kept.includes(contact))).toEqual([]);
    expect(answered.length).toBeGreaterThan(0);
  });

  it('the binding of a TCP phone that is gone does not stop a call', async () => {
    const crashing = await TestServer.start({ prepare: withCast });
    const others = new Cast(crashing);
    const callee = await others.registered({ transport: 'tcp' });
    await crashing.kill();
    await crashing.launch();
    const call = await new OutgoingCall(await others.phone(), callee.options.user).sendAuthenticated();
    expect((await call.final()).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a stop', () => {
  it('ends the server with status 0 and leaves no socket', async () => {
    const stopping = await TestServer.start({ prepare: withCast });
    expect(await stopping.stop()).toBe(0);
    expect((await stopping.trySipctl(['uptime'])).status).toBe(7);
    await stopping.launch();
    expect((await stopping.trySipctl(['uptime'])).status).toBe(0);
  });

  it('lets a registered phone be called after the next start', async () => {
    const stopping = await TestServer.start({ prepare: withCast });
    const others = new Cast(stopping);
    const callee = await others.registered();
    await stopping.stop();
    await stopping.launch();
    const call = await new OutgoingCall(await others.phone(), callee.options.user).sendAuthenticated();
    (await IncomingCall.at(callee)).refuse(486, 'Busy Here');
    expect((await call.final()).status).toBe(486);
  });
});
