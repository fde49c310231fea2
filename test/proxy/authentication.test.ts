import { describe, expect, it } from 'vitest';
import { challengeOf, credentials, header, request, requests, startLine, statuses, statusOf } from './messages.js';
import { DOMAIN, virtualProxy } from './virtual-proxy.js';

const ALICE = { username: 'alice', password: 'alice-password' };
const PHONE = 'udp:198.51.100.1:5060';
const REGISTER = { method: 'REGISTER', uri: `sip:${DOMAIN}`, to: `sip:alice@${DOMAIN}` };
const PROOF = { ...ALICE, method: 'REGISTER', uri: `sip:${DOMAIN}` };

async function challenged(proxy: Awaited<ReturnType<typeof virtualProxy>>, parts = REGISTER) {
  const [reply] = await proxy.receive(request(parts), PHONE);
  return challengeOf(reply?.text ?? '');
}

async function statusAfter(proxy: Awaited<ReturnType<typeof virtualProxy>>, parts: object, from = PHONE) {
  const [reply] = await proxy.receive(request(parts), from);
  return reply === undefined ? 0 : statusOf(reply.text);
}

describe('digest', () => {
  it('challenges a REGISTER with 401 and qop=auth, any other method with 407 (RFC 3261 22.2, 22.3)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const [register] = await proxy.receive(request(REGISTER), PHONE);
    expect(startLine(register?.text ?? '')).toBe('SIP/2.0 401 Unauthorized');
    expect(header(register?.text ?? '', 'WWW-Authenticate')).toMatch(
      /^Digest realm="test\.example", nonce="[\w-]{32}", qop="auth", algorithm=MD5$/,
    );
    const [invite] = await proxy.receive(request(), PHONE);
    expect(startLine(invite?.text ?? '')).toBe('SIP/2.0 407 Proxy Authentication Required');
    expect(header(invite?.text ?? '', 'Proxy-Authenticate')).toContain('qop="auth"');
  });

  it.each([
    'INVITE',
    'OPTIONS',
    'MESSAGE',
    'SUBSCRIBE',
    'PUBLISH',
    'NOTIFY',
    'INFO',
    'REFER',
    'UPDATE',
    'BYE',
    'PRACK',
    'FOO',
  ])('lets nobody send %s to our users without a password (security D10)', async (method) => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    expect(await statusAfter(proxy, { method })).toBe(407);
    expect(await statusAfter(proxy, { method, from: 'sip:stranger@elsewhere.example' })).toBe(407);
  });

  it('gives copies of one request the same challenge, and a new one when that has expired (RFC 3261 8.2.7)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const text = request(REGISTER);
    const challengeNow = async () => challengeOf((await proxy.receive(text, PHONE))[0]?.text ?? '');
    const before = await challengeNow();
    expect(await challengeNow()).toBe(before);
    await proxy.advance(301_000);
    expect(await challengeNow()).not.toBe(before);
  });

  it('accepts the right password', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), PROOF);
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof], from: `sip:alice@${DOMAIN}` })).toBe(200);
  });

  it('accepts user@domain as user name, with the hash of column ha1b', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), { ...PROOF, username: `alice@${DOMAIN}` });
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof] })).toBe(200);
  });

  it('answers a wrong password and an unknown user alike (security D11)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const answers = [];
    for (const wrong of [
      { username: 'alice', password: 'guess' },
      { username: 'nobody', password: 'guess' },
    ]) {
      const proof = credentials(await challenged(proxy), { ...PROOF, ...wrong });
      const [reply] = await proxy.receive(request({ ...REGISTER, headers: [proof] }), PHONE);
      answers.push(reply?.text.replaceAll(/nonce="[^"]*"|branch=\S+|tag=\S+|Call-ID: \S+/g, ''));
    }
    expect(answers[0]).toContain('SIP/2.0 401');
    expect(answers[0]).not.toContain('stale');
    expect(answers[1]).toBe(answers[0]);
  });

  it('logs a wrong password as a denial with the step, and the first challenge not at all', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const challenge = await challenged(proxy);
    expect(proxy.lines).toEqual([]);
    await proxy.receive(
      request({ ...REGISTER, headers: [credentials(challenge, { ...PROOF, password: 'guess' })] }),
      PHONE,
    );
    expect(proxy.lines).toHaveLength(1);
    expect(JSON.parse(proxy.lines[0] ?? '')).toMatchObject({
      event: 'denied',
      step: 'digest',
      status: 401,
      because: 'wrong password',
      source: PHONE,
    });
  });

  it('takes a password that was changed in the database with SQL', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const changed = await virtualProxy({ subscribers: [{ username: 'alice', password: 'new' }] });
    Object.assign(proxy.rows.subscribers[0] ?? {}, changed.rows.subscribers[0]);
    const proof = credentials(await challenged(proxy), { ...PROOF, password: 'new' });
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof] })).toBe(200);
  });

  it('answers a replay of the same nonce count with a new challenge, stale=true (security D4)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), PROOF);
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof] })).toBe(200);
    const [replay] = await proxy.receive(request({ ...REGISTER, headers: [proof] }), PHONE);
    expect(statusOf(replay?.text ?? '')).toBe(401);
    expect(challengeOf(replay?.text ?? '')).toContain('stale=true');
  });

  it('accepts the next nonce count, and one that UDP delivered late', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const challenge = await challenged(proxy);
    for (const nc of ['00000001', '00000003', '00000002']) {
      const proof = credentials(challenge, { ...PROOF, nc });
      expect(await statusAfter(proxy, { ...REGISTER, headers: [proof] })).toBe(200);
    }
  });

  it('lets a nonce expire with stale=true', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), PROOF);
    await proxy.advance(301_000);
    const [late] = await proxy.receive(request({ ...REGISTER, headers: [proof] }), PHONE);
    expect(challengeOf(late?.text ?? '')).toContain('stale=true');
  });

  it('does not take a nonce that it did not make', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const foreign = await challenged(await virtualProxy());
    expect(await statusAfter(proxy, { ...REGISTER, headers: [credentials(foreign, PROOF)] })).toBe(401);
  });

  it('does not take a response made for another URI (security D5)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const parts = { uri: `sip:premium@${DOMAIN}` };
    const challenge = await challenged(proxy, { ...REGISTER, method: 'INVITE', ...parts });
    const proof = credentials(challenge, { ...ALICE, method: 'INVITE', uri: `sip:bob@${DOMAIN}` });
    expect(await statusAfter(proxy, { ...parts, headers: [proof] })).toBe(400);
  });

  it('does not take the response of a REGISTER for an INVITE (security D6)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), { ...PROOF, uri: `sip:bob@${DOMAIN}` });
    const header = proof.replace('Authorization:', 'Proxy-Authorization:');
    expect(await statusAfter(proxy, { headers: [header] })).toBe(407);
  });

  it('refuses two credentials for one realm (security D14)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), PROOF);
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof, proof] })).toBe(400);
  });

  it('ignores credentials of a realm that it did not ask for (security D8)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), { ...PROOF, realm: 'elsewhere.example' });
    expect(await statusAfter(proxy, { ...REGISTER, headers: [proof] })).toBe(401);
  });

  it.each([
    ['registers another user (security D1)', { ...REGISTER, to: `sip:bob@${DOMAIN}` }],
    ['names another user in From (security D2)', { ...REGISTER, from: `sip:bob@${DOMAIN}` }],
    ['hides behind a parameter in the user part (security D2)', { ...REGISTER, from: `sip:alice;x=1@${DOMAIN}` }],
  ])('refuses with 403 who %s, whatever password he knows', async (_case, parts) => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const proof = credentials(await challenged(proxy), PROOF);
    expect(await statusAfter(proxy, { ...parts, headers: [proof] })).toBe(403);
    expect(proxy.locations.contacts).toBe(0);
  });
});

describe('sourceAddress', () => {
  const trusted = { addresses: [{ ip_addr: '203.0.113.7' }], subscribers: [ALICE] };

  it('lets a source in group 200 call without a password', async () => {
    const proxy = await virtualProxy(trusted);
    expect(await statusAfter(proxy, {}, 'udp:203.0.113.7:5060')).toBe(404);
    expect(await statusAfter(proxy, {}, 'udp:203.0.113.8:5060')).toBe(407);
  });

  it('does not let it register as one of our users', async () => {
    const proxy = await virtualProxy(trusted);
    expect(await statusAfter(proxy, REGISTER, 'udp:203.0.113.7:5060')).toBe(401);
  });

  it('trusts nobody when the table is empty (security D3)', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    for (const from of ['udp:203.0.113.7:5060', 'udp:127.0.0.1:5060', 'udp:0.0.0.0:0']) {
      expect(await statusAfter(proxy, {}, from)).toBe(407);
    }
  });

  it('does not trust an address of another group', async () => {
    const proxy = await virtualProxy({ addresses: [{ ip_addr: '203.0.113.7', grp: 250 }] });
    expect(await statusAfter(proxy, {}, 'udp:203.0.113.7:5060')).toBe(407);
  });
});

describe('auth.accept-foreign', () => {
  const flags = { 'auth-accept-foreign': 'true' };

  it('lets callers of other domains reach our users, as kamailio.cfg does', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE], flags });
    expect(await statusAfter(proxy, { from: 'sip:friend@elsewhere.example' })).toBe(404);
  });

  it('does not let them use us as a relay', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE], flags });
    const parts = { from: 'sip:friend@elsewhere.example', uri: 'sip:victim@third.example' };
    const sent = await proxy.receive(request(parts), PHONE);
    expect(statuses(sent)).toEqual([403]);
    expect(requests(sent)).toEqual([]);
  });
});
