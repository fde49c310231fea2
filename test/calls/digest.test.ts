import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { Cast, passwordOf, subscriber, withCast } from '../support/cast.js';
import { challengeParam } from '../support/digest-answer.js';
import type { Phone } from '../support/phone.js';
import { TestServer } from '../support/server.js';
import { headersOf } from '../support/sip-text.js';

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast, settings: { 'auth.algorithms': 'SHA-256,MD5' } });
  cast = new Cast(server);
});

/** The algorithms that a phone is offered, in order. */
async function offeredTo(phone: Phone): Promise<(string | undefined)[]> {
  const challenge = await phone.ask(phone.newRequest('INVITE', `sip:nobody@${server.domain}`));
  return headersOf(challenge, 'Proxy-Authenticate').map((value) => challengeParam(value, 'algorithm'));
}

describe('a server that offers SHA-256 and MD5 (RFC 8760)', () => {
  it('lets a phone register with the first, whose password sipctl has set', async () => {
    await server.sipctl('add', 'newcomer', 'first');
    const phone = await cast.phone({ user: 'newcomer', password: 'first' });
    expect(await offeredTo(phone)).toEqual(['SHA-256', 'MD5']);
    expect((await phone.register()).status).toBe(200);
    await server.sipctl('passwd', 'newcomer', 'second');
    expect((await phone.register()).status).toBe(401);
    expect((await phone.register({ password: 'second' })).status).toBe(200);
  });

  it('offers MD5 alone from when a password was set with SQL until sipctl has set it', async () => {
    const phone = await cast.registered();
    const { user } = phone.options;
    const { ha1, ha1b } = subscriber(user, 'by SQL');
    const database = new Database(server.database);
    database.pragma('busy_timeout = 10000');
    database.prepare('UPDATE subscriber SET ha1 = ?, ha1b = ? WHERE username = ?').run(ha1, ha1b, user);
    database.close();
    // The old password is refused in every form: the row of sipctl_ha1 that has it counts no more.
    await server.rpc('subscriber.reload', []);
    expect(await offeredTo(phone)).toEqual(['MD5']);
    expect((await phone.register()).status).toBe(401);
    expect((await phone.register({ password: 'by SQL' })).status).toBe(200);
    await server.sipctl('passwd', user, passwordOf(user));
    expect(await offeredTo(phone)).toEqual(['SHA-256', 'MD5']);
    expect((await phone.register()).status).toBe(200);
  });
});
