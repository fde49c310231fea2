import { describe, expect, it } from 'vitest';
import { challengesIn, DigestClient, type DigestPhone, paramOf } from './digest-client.js';
import { headers, request, statusOf } from './messages.js';
import { DOMAIN, subscriberRow, type VirtualSubscriber, virtualProxy } from './virtual-proxy.js';

const ALL = ['SHA-512-256', 'SHA-256', 'MD5'];
const ALICE = { username: 'alice', password: 'alice-password', strong: true };
/** As a Kamailio stores him: with MD5 only. */
const OLD_BOB = { username: 'bob', password: 'bob-password' };
const PHONE: DigestPhone = { user: 'alice', password: 'alice-password', algorithms: ALL, qop: 'auth' };

interface Circumstances {
  readonly algorithms?: string;
  readonly qop?: string;
  readonly subscribers?: readonly VirtualSubscriber[];
}

function proxyWith({ algorithms = ALL.join(','), qop = 'auth', subscribers = [ALICE] }: Circumstances = {}) {
  const flags = { 'auth-algorithms': algorithms, 'auth-qop': qop };
  return virtualProxy({ subscribers, flags });
}

async function phoneAt(circumstances: Circumstances, phone: Partial<DigestPhone> = {}): Promise<DigestClient> {
  return new DigestClient(await proxyWith(circumstances), { ...PHONE, ...phone });
}

const TO_US = { method: 'REGISTER', uri: `sip:${DOMAIN}`, to: `sip:alice@${DOMAIN}` };

/** Compact forms, and nothing that can be left out. */
const SHORTEST = [
  `REGISTER sip:${DOMAIN} SIP/2.0`,
  'v: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1',
  'Max-Forwards: 70',
  `f: <sip:a@${DOMAIN}>;tag=1`,
  `t: <sip:a@${DOMAIN}>`,
  'i: 1',
  'CSeq: 1 REGISTER',
  'l: 0',
  '\r\n',
].join('\r\n');

const offered = (text: string) => challengesIn(text).map(({ algorithm }) => algorithm);
const isStale = (text: string) => challengesIn(text)[0]?.stale;

describe('the challenges', () => {
  it('are one header for each algorithm, strongest first, with one nonce for all (RFC 8760 2.3)', async () => {
    const proxy = await proxyWith({ algorithms: 'MD5,SHA-512-256,SHA-256' });
    const [register] = await proxy.receive(request({ method: 'REGISTER', uri: `sip:${DOMAIN}` }), 'udp:192.0.2.9:5060');
    const [invite] = await proxy.receive(request(), 'udp:192.0.2.9:5060');
    for (const { text } of [register, invite].filter((sent) => sent !== undefined)) {
      expect(offered(text)).toEqual(ALL);
      expect(new Set(challengesIn(text).map(({ nonce }) => nonce)).size).toBe(1);
    }
    expect(headers(register?.text ?? '', 'WWW-Authenticate')).toHaveLength(3);
    expect(headers(invite?.text ?? '', 'Proxy-Authenticate')).toHaveLength(3);
  });

  it('are MD5 only unless asked otherwise, since many phones give up at a first challenge that they do not know', async () => {
    const proxy = await virtualProxy({ subscribers: [ALICE] });
    const [invite] = await proxy.receive(request(), 'udp:192.0.2.9:5060');
    expect(offered(invite?.text ?? '')).toEqual(['MD5']);
  });

  it('say which qop is accepted', async () => {
    const client = await phoneAt({ qop: 'auth,auth-int' });
    expect(challengesIn(await client.ask('INVITE'))[0]?.qop).toBe('auth,auth-int');
  });

  it.each([
    ['one', 'MD5', SHORTEST],
    ['two', 'SHA-256,MD5', request({ ...TO_US, headers: ['Contact: <sip:a@198.51.100.1>', 'Expires: 300'] })],
  ])('of %s are at most twice as long as what gets them (security R7)', async (_count, algorithms, text) => {
    const proxy = await proxyWith({ algorithms });
    const sent = await proxy.receive(text, 'udp:198.51.100.1:5060');
    expect(sent.map((reply) => statusOf(reply.text))).toEqual([401]);
    expect((sent[0]?.text.length ?? 0) / text.length).toBeLessThanOrEqual(2);
  });
});

describe('an algorithm above the weakest', () => {
  it('is not offered while a subscriber lacks its hash, and is from when he has it', async () => {
    const proxy = await proxyWith({ subscribers: [ALICE, OLD_BOB] });
    const client = new DigestClient(proxy, PHONE);
    expect(offered(await client.ask('INVITE'))).toEqual(['MD5']);
    proxy.rows.subscribers[1] = subscriberRow({ ...OLD_BOB, strong: true });
    await proxy.tables.subscribers.reloadUser('bob');
    client.challenge = undefined;
    expect(offered(await client.ask('INVITE'))).toEqual(ALL);
    proxy.rows.subscribers[1] = subscriberRow(OLD_BOB);
    await proxy.tables.subscribers.reload();
    client.challenge = undefined;
    expect(offered(await client.ask('INVITE'))).toEqual(['MD5']);
    proxy.rows.subscribers.pop();
    await proxy.tables.subscribers.reloadUser('bob');
    client.challenge = undefined;
    expect(offered(await client.ask('INVITE'))).toEqual(ALL);
  });

  it('counts for those only who could log in without it', async () => {
    const broken = { ...subscriberRow(OLD_BOB), ha1: '', ha1b: '' };
    const proxy = await proxyWith();
    proxy.rows.subscribers.push(broken);
    await proxy.tables.subscribers.reload();
    expect(offered(await new DigestClient(proxy, PHONE).ask('INVITE'))).toEqual(ALL);
  });

  it('is offered without the weaker ones when those are left out, whoever lacks it', async () => {
    const client = await phoneAt({ algorithms: 'SHA-256', subscribers: [ALICE, OLD_BOB] });
    expect(offered(await client.ask('INVITE'))).toEqual(['SHA-256']);
    expect(statusOf(await client.ask('REGISTER'))).toBe(200);
    const bob = new DigestClient(client.proxy, { ...PHONE, user: 'bob', password: 'bob-password' });
    const refused = await bob.authenticated('REGISTER');
    expect([statusOf(refused), isStale(refused)]).toEqual([401, false]);
  });

  it('is dropped, with stale=true, when a user turns out to have been added by a program that knows MD5 only', async () => {
    const proxy = await proxyWith();
    const bob = new DigestClient(proxy, { ...PHONE, user: 'bob', password: 'bob-password' });
    expect(offered(await bob.ask('REGISTER'))).toEqual(ALL);
    proxy.rows.subscribers.push(subscriberRow(OLD_BOB));
    const again = await bob.ask('REGISTER');
    expect([offered(again), isStale(again)]).toEqual([['MD5'], true]);
    expect(statusOf(await bob.ask('REGISTER'))).toBe(200);
    const alice = new DigestClient(proxy, { ...PHONE, algorithms: ['SHA-256'] });
    alice.challenge = { algorithm: 'SHA-256', nonce: challengesIn(again)[0]?.nonce ?? '' };
    expect(isStale(await alice.ask('REGISTER'))).toBe(true);
  });

  it('is taken from the column ha1 where kamctl has put it (CMDHASH=sha256sum)', async () => {
    const proxy = await proxyWith({ algorithms: 'SHA-256,MD5' });
    const [row] = proxy.rows.subscribers;
    const sha256 = row?.hashes.find(({ algorithm }) => algorithm === 'SHA-256');
    Object.assign(row ?? {}, { ha1: sha256?.ha1, ha1b: sha256?.ha1b, hashes: [] });
    await proxy.tables.subscribers.reload();
    expect(statusOf(await new DigestClient(proxy, PHONE).authenticated('REGISTER'))).toBe(200);
  });
});

describe.each(ALL)('a client that knows %s only', (algorithm) => {
  const phone = { algorithms: [algorithm] };

  it.each(['auth', 'auth-int'] as const)('registers and calls with qop=%s', async (qop) => {
    const client = await phoneAt({ qop: 'auth,auth-int' }, { ...phone, qop });
    expect(statusOf(await client.authenticated('REGISTER'))).toBe(200);
    expect(client.challenge?.algorithm).toBe(algorithm);
    client.challenge = undefined;
    expect(statusOf(await client.authenticated('INVITE', { body: 'v=0\r\n' }))).toBe(404);
  });

  it('is refused with a wrong password', async () => {
    const client = await phoneAt({}, { ...phone, password: 'guess' });
    const refused = await client.authenticated('REGISTER');
    expect([statusOf(refused), isStale(refused)]).toEqual([401, false]);
  });

  it('is told by rspauth that the server knows the password, and answers nextnonce at once (RFC 7616 3.5)', async () => {
    const client = await phoneAt({ qop: 'auth,auth-int' }, { ...phone, qop: 'auth-int' });
    const first = await client.authenticated('REGISTER');
    const nonce = client.challenge?.nonce;
    expect(client.believes(first)).toBe(true);
    expect(client.challenge?.nonce).not.toBe(nonce);
    const second = await client.ask('REGISTER');
    expect(statusOf(second)).toBe(200);
    expect(client.believes(second)).toBe(true);
  });

  it('may go on counting with the old nonce', async () => {
    const client = await phoneAt({}, phone);
    await client.authenticated('REGISTER');
    expect([statusOf(await client.ask('REGISTER')), client.count]).toEqual([200, 2]);
  });
});

describe('Authentication-Info', () => {
  it('does not convince a client with another password', async () => {
    const client = await phoneAt({});
    const accepted = await client.authenticated('REGISTER');
    const other = new DigestClient(client.proxy, { ...PHONE, password: 'other' });
    other.challenge = client.challenge;
    other.credentials('REGISTER', `sip:${DOMAIN}`);
    expect(client.believes(accepted)).toBe(true);
    other.challenge = { algorithm: 'SHA-512-256', nonce: paramOf(client.sent, 'nonce') ?? '' };
    expect(other.believes(accepted)).toBe(false);
  });

  it('tells a client of RFC 2069 the next nonce only', async () => {
    const client = await phoneAt({ algorithms: 'MD5' }, { qop: undefined });
    const [info, ...more] = headers(await client.authenticated('REGISTER'), 'Authentication-Info');
    expect(info).toMatch(/^nextnonce="[\w-]{32}"$/);
    expect(more).toEqual([]);
  });

  it('is in no refusal and in no answer to a request that is forwarded', async () => {
    const client = await phoneAt({});
    await client.ask('REGISTER');
    const tooShort = await client.ask('REGISTER', { headers: ['Contact: <sip:alice@198.51.100.1>', 'Expires: 1'] });
    expect(statusOf(tooShort)).toBe(423);
    client.challenge = undefined;
    const missing = await client.authenticated('INVITE');
    expect(statusOf(missing)).toBe(404);
    for (const text of [tooShort, missing]) expect(headers(text, 'Authentication-Info')).toEqual([]);
  });
});

describe('what was not offered is refused (RFC 8760, security D7)', () => {
  it.each([
    ['MD5 where it is left out', { algorithms: 'SHA-256' }, 'MD5', 'auth'],
    ['a stronger algorithm that is left out', { algorithms: 'SHA-256,MD5' }, 'SHA-512-256', 'auth'],
    ['a stronger algorithm that not everybody has', { subscribers: [ALICE, OLD_BOB] }, 'SHA-256', 'auth'],
    ['auth-int where it is left out', {}, 'SHA-256', 'auth-int'],
    ['auth where auth-int is demanded', { qop: 'auth-int' }, 'SHA-256', 'auth'],
    ['no qop where auth-int is demanded', { qop: 'auth-int' }, 'MD5', undefined],
    ['no qop with an algorithm that is younger than qop', {}, 'SHA-256', undefined],
  ] as const)('%s', async (_what, circumstances, algorithm, qop) => {
    const client = await phoneAt(circumstances, { qop });
    const [first] = challengesIn(await client.ask('REGISTER'));
    client.challenge = { algorithm, nonce: first?.nonce ?? '' };
    expect(statusOf(await client.ask('REGISTER'))).toBe(401);
    expect(client.proxy.tables.subscribers.find('alice')).toBeDefined();
  });

  it.each(['MD5-sess', 'SHA-512', 'SHA256', 'AKAv1-MD5'])('%s', async (name) => {
    const client = await phoneAt({});
    await client.ask('REGISTER');
    const proof = client.credentials('REGISTER', `sip:${DOMAIN}`);
    const labelled = proof.replace('algorithm=SHA-512-256', `algorithm=${name}`);
    expect(labelled).not.toBe(proof);
    const [refused] = await client.proxy.receive(request({ ...TO_US, headers: [labelled] }), 'udp:192.0.2.9:5060');
    expect(statusOf(refused?.text ?? '')).toBe(401);
  });

  it.each(ALL)(
    'a %s response of somebody who does not exist, made with the hash that stands in for his',
    async (name) => {
      const client = await phoneAt({}, { user: 'nobody', algorithms: [name] });
      await client.ask('REGISTER');
      const digits = name === 'MD5' ? 32 : 64;
      client.forge('0'.repeat(digits));
      expect(statusOf(await client.ask('REGISTER'))).toBe(401);
    },
  );

  it('a response that says to be of another algorithm than it is', async () => {
    const client = await phoneAt({}, { algorithms: ['MD5'] });
    await client.ask('REGISTER');
    const proof = client.credentials('REGISTER', `sip:${DOMAIN}`).replace('algorithm=MD5', 'algorithm=SHA-256');
    const [refused] = await client.proxy.receive(request({ ...TO_US, headers: [proof] }), 'udp:192.0.2.9:5060');
    expect(statusOf(refused?.text ?? '')).toBe(401);
  });
});

describe('qop=auth-int', () => {
  it('refuses a body that is another than the one that was signed', async () => {
    const client = await phoneAt({ qop: 'auth-int' }, { qop: 'auth-int' });
    await client.ask('MESSAGE', { body: 'pay 10' });
    const proof = client.credentials('MESSAGE', `sip:bob@${DOMAIN}`, 'pay 10');
    const send = async (body: string) => {
      const [sent] = await client.proxy.receive(
        request({ method: 'MESSAGE', headers: [proof], body }),
        'udp:192.0.2.9:5060',
      );
      return statusOf(sent?.text ?? '');
    };
    expect(await send('pay 99')).toBe(407);
    expect(await send('pay 10')).toBe(404);
  });
});

describe('a nonce', () => {
  it('is good for each count once, over all algorithms', async () => {
    const strong = await phoneAt({}, { algorithms: ['SHA-256'] });
    const weak = new DigestClient(strong.proxy, { ...PHONE, algorithms: ['MD5'] });
    const challenge = await strong.ask('REGISTER');
    weak.challenged(challenge);
    expect(statusOf(await strong.ask('REGISTER'))).toBe(200);
    const replayed = await weak.ask('REGISTER');
    expect([statusOf(replayed), isStale(replayed)]).toEqual([401, true]);
    weak.challenged(challenge);
    weak.count = 1;
    expect(statusOf(await weak.ask('REGISTER'))).toBe(200);
  });
});
