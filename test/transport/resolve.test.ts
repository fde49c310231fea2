import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseUri } from '../../src/sip/uri.js';
import { Resolver, type ResolverOptions } from '../../src/transport/resolve.js';
import type { Target } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';
import { DnsServer, type RecordType } from '../support/dns-server.js';
import { until } from '../support/until.js';

const EVERYTHING = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;
const TYPES: readonly RecordType[] = ['NAPTR', 'SRV', 'A', 'AAAA'];

let clock: VirtualClock;
let dns: DnsServer;
/** Names that the system's lookup was asked for, and its answer. */
let looked: string[];
let lookup: () => Promise<{ address: string }[]>;

beforeEach(async () => {
  clock = new VirtualClock();
  dns = await DnsServer.open();
  looked = [];
  lookup = () => Promise.reject(new Error('ENOTFOUND'));
});

afterEach(() => dns.close());

function resolverWith(options: ResolverOptions = {}): (text: string) => Target[] | Promise<Target[]> {
  const resolver = new Resolver(clock, {
    protocols: EVERYTHING,
    servers: [dns.address],
    lookup: (name) => {
      looked.push(name);
      return lookup();
    },
    ...options,
  });
  return (text) => {
    const uri = parseUri(text);
    if (uri === undefined) throw new Error(`${text} does not parse`);
    return resolver.resolve(uri);
  };
}

/** `udp:192.0.2.1:5060`, with `=domain` where a certificate is to name one. */
function places(targets: readonly Target[]): string[] {
  return targets.map(({ protocol, address, port, domain }) =>
    [protocol, address, port].join(':').concat(domain === undefined ? '' : `=${domain}`),
  );
}

async function resolved(text: string, options?: ResolverOptions): Promise<string[]> {
  return places(await resolverWith(options)(text));
}

/** What is asked at once may arrive in any order. */
const askedSorted = () => [...dns.asked].sort();

describe('a numeric host', () => {
  it.each([
    ['sip:bob@192.0.2.9', 'udp:192.0.2.9:5060'],
    ['sip:bob@192.0.2.9:5070;transport=TCP', 'tcp:192.0.2.9:5070'],
    ['sip:bob@192.0.2.9;transport=tls', 'tls:192.0.2.9:5061'],
    ['sip:bob@192.0.2.9;transport=ws', 'ws:192.0.2.9:80'],
    ['sip:bob@[::1]', 'udp:::1:5060'],
    ['sip:bob@[::ffff:127.0.0.1]', 'udp:127.0.0.1:5060'],
    ['sips:bob@192.0.2.9', 'tls:192.0.2.9:5061'],
    ['sips:bob@192.0.2.9;transport=tcp', 'tls:192.0.2.9:5061'],
    ['sips:bob@192.0.2.9;transport=ws', 'wss:192.0.2.9:443'],
  ])('as in %s is the target at once, without DNS (RFC 3263 4.1)', (uri, target) => {
    const targets = resolverWith()(uri);
    expect(places(targets as Target[])).toEqual([target]);
    expect([...dns.asked, ...looked]).toEqual([]);
  });

  it.each([
    ['sip:bob@192.0.2.9;transport=tls', ['udp', 'tcp']],
    ['sips:bob@192.0.2.9', ['udp', 'tcp']],
    ['sip:bob@192.0.2.9;transport=udp', ['tcp']],
    ['sip:bob@192.0.2.9', ['tls']],
  ] as const)('as in %s is no target when we speak only %j', (uri, protocols) => {
    expect(resolverWith({ protocols })(uri)).toEqual([]);
  });

  it('is reached by TCP when we have no UDP', () => {
    const targets = resolverWith({ protocols: ['tls', 'tcp'] })('sip:bob@192.0.2.9');
    expect(places(targets as Target[])).toEqual(['tcp:192.0.2.9:5060']);
  });

  it('stands before any maddr (security R6)', () => {
    expect(resolverWith()('sip:bob@192.0.2.9;maddr=127.0.0.1')).toEqual([
      { protocol: 'udp', address: '192.0.2.9', port: 5060 },
    ]);
  });
});

it.each([
  'sip:bob@192.0.2.9;transport=sctp',
  'sips:bob@192.0.2.9;transport=udp',
  'sip:bob@192.0.2.9:0',
  'tel:+15551234',
  'sip:bob@127.1',
  'sip:bob@0x7f000001',
  'sip:bob@2130706433',
  'sip:bob@sip.example.com;transport=sctp',
  'sip:bob@df7jal23ls0d.invalid;transport=ws',
])('%s has no target, and nobody is asked', (uri) => {
  expect(resolverWith()(uri)).toEqual([]);
  expect([...dns.asked, ...looked]).toEqual([]);
});

describe('a name with a port', () => {
  it('has its addresses as targets, IPv4 first, and nothing else is asked for (RFC 3263 4.1, 4.2)', async () => {
    dns.a('sip.example.com', ['192.0.2.1', '192.0.2.2']);
    dns.aaaa('sip.example.com', ['2001:db8::1']);
    dns.srv('_sip._udp.sip.example.com', [1, 1, 5060, 'elsewhere.example.com']);
    const found = await resolved('sip:bob@SIP.example.com.:5080');
    expect(found).toEqual(['udp:192.0.2.1:5080', 'udp:192.0.2.2:5080', 'udp:2001:db8::1:5080']);
    expect(askedSorted()).toEqual(['A sip.example.com', 'AAAA sip.example.com']);
    expect(looked).toEqual([]);
  });

  it('and a transport is reached by that transport', async () => {
    dns.a('sip.example.com', ['192.0.2.1']);
    expect(await resolved('sip:bob@sip.example.com:5080;transport=tcp')).toEqual(['tcp:192.0.2.1:5080']);
  });

  it('and the scheme sips is reached by TLS, and its certificate must name it (RFC 5922 7.3)', async () => {
    dns.a('sip.example.com', ['192.0.2.1']);
    expect(await resolved('sips:bob@SIP.example.com:5080')).toEqual(['tls:192.0.2.1:5080=sip.example.com']);
  });

  it.each([
    [4, ['udp:192.0.2.1:5080'], ['A sip.example.com']],
    [6, ['udp:2001:db8::1:5080'], ['AAAA sip.example.com']],
  ] as const)('is asked for in IPv%i only when that is all we can send to', async (family, found, asked) => {
    dns.a('sip.example.com', ['192.0.2.1']);
    dns.aaaa('sip.example.com', ['2001:db8::1']);
    expect(await resolved('sip:bob@sip.example.com:5080', { families: [family] })).toEqual(found);
    expect(dns.asked).toEqual(asked);
  });
});

describe('a name with a transport and no port', () => {
  it.each([
    ['sip:bob@example.com;transport=udp', '_sip._udp', 'udp:192.0.2.1:5070'],
    ['sip:bob@example.com;transport=TCP', '_sip._tcp', 'tcp:192.0.2.1:5070'],
    ['sip:bob@example.com;transport=tls', '_sips._tcp', 'tls:192.0.2.1:5070=example.com'],
    ['sips:bob@example.com;transport=tcp', '_sips._tcp', 'tls:192.0.2.1:5070=example.com'],
  ])('as in %s is found by SRV %s (RFC 3263 4.2)', async (uri, prefix, target) => {
    dns.srv(`${prefix}.example.com`, [1, 1, 5070, 'a.example.com']);
    dns.a('a.example.com', ['192.0.2.1']);
    expect(await resolved(uri)).toEqual([target]);
    expect(askedSorted()).toEqual(['A a.example.com', 'AAAA a.example.com', `SRV ${prefix}.example.com`]);
  });

  it.each([
    ['sip:bob@example.com;transport=udp', 'udp:192.0.2.1:5060'],
    ['sip:bob@example.com;transport=tcp', 'tcp:192.0.2.1:5060'],
    ['sip:bob@example.com;transport=tls', 'tls:192.0.2.1:5061=example.com'],
  ])('as in %s has its own address on the default port when there is no SRV (RFC 3263 4.2)', async (uri, target) => {
    dns.a('example.com', ['192.0.2.1']);
    expect(await resolved(uri)).toEqual([target]);
    expect(dns.count('SRV')).toBe(1);
  });

  it.each([
    ['sip:bob@example.com;transport=ws', 'ws:192.0.2.1:80'],
    ['sips:bob@example.com;transport=ws', 'wss:192.0.2.1:443=example.com'],
  ])('as in %s is looked up without SRV, which WebSocket has not (RFC 7118)', async (uri, target) => {
    dns.a('example.com', ['192.0.2.1']);
    expect(await resolved(uri)).toEqual([target]);
    expect(askedSorted()).toEqual(['A example.com', 'AAAA example.com']);
  });
});

describe('a name alone', () => {
  beforeEach(() => {
    for (const [i, prefix] of ['_sip._udp', '_sip._tcp', '_sips._tcp'].entries()) {
      dns.srv(`${prefix}.example.com`, [1, 1, 5071 + i, 'a.example.com']);
    }
    dns.a('a.example.com', ['192.0.2.1']);
    dns.a('example.com', ['192.0.2.99']);
  });

  const UDP = 'udp:192.0.2.1:5071';
  const TCP = 'tcp:192.0.2.1:5072';
  const TLS = 'tls:192.0.2.1:5073=example.com';

  it('is reached by the services of its NAPTR records, by order, then preference (RFC 3263 4.1)', async () => {
    dns.naptr(
      'example.com',
      [100, 50, 's', 'SIP+D2U', '', '_sip._udp.example.com'],
      [90, 60, 'S', 'sip+d2t', '', '_sip._tcp.Example.COM'],
      [90, 50, 's', 'SIPS+D2T', '', '_sips._tcp.example.com'],
    );
    expect(await resolved('sip:bob@example.com')).toEqual([TLS, TCP, UDP]);
  });

  it('asks only for the SRV records that its NAPTR records name', async () => {
    dns.naptr('example.com', [1, 1, 's', 'SIP+D2T', '', 'sip.of.carrier.example']);
    dns.srv('sip.of.carrier.example', [1, 1, 5075, 'a.example.com']);
    expect(await resolved('sip:bob@example.com')).toEqual(['tcp:192.0.2.1:5075']);
    expect(askedSorted()).toEqual([
      'A a.example.com',
      'AAAA a.example.com',
      'NAPTR example.com',
      'SRV sip.of.carrier.example',
    ]);
  });

  it('is not reached by a service that we have no listener for (RFC 3263 4.1)', async () => {
    dns.naptr(
      'example.com',
      [1, 1, 's', 'SIPS+D2T', '', '_sips._tcp.example.com'],
      [2, 1, 's', 'SIP+D2S', '', '_sip._sctp.example.com'],
      [3, 1, 's', 'SIP+D2T', '', '_sip._tcp.example.com'],
    );
    expect(await resolved('sip:bob@example.com', { protocols: ['udp', 'tcp'] })).toEqual([TCP]);
  });

  it.each([
    ['the flag u', [1, 1, 'u', 'SIP+D2T', '', '_sip._tcp.example.com']],
    ['a regular expression', [1, 1, 's', 'SIP+D2T', '!.*!sip:x@y!', '_sip._tcp.example.com']],
    ['another service', [1, 1, 's', 'E2U+sip', '', '_sip._tcp.example.com']],
    ['no replacement', [1, 1, 's', 'SIP+D2T', '', '.']],
    ['a replacement without SRV', [1, 1, 's', 'SIP+D2T', '', '_sip._tcp.nowhere.example']],
  ] as const)('with a NAPTR record with %s is asked for SRV as if there were none', async (_, record) => {
    dns.naptr('example.com', record);
    expect(await resolved('sip:bob@example.com')).toEqual([UDP, TCP, TLS]);
  });

  it('without NAPTR is reached by each service that has an SRV record, in our order (RFC 3263 4.1)', async () => {
    expect(await resolved('sip:bob@example.com')).toEqual([UDP, TCP, TLS]);
    expect(await resolved('sip:bob@example.com', { protocols: ['tcp', 'udp'] })).toEqual([UDP, TCP]);
  });

  it('without NAPTR and SRV is reached by UDP on 5060 (RFC 3263 4.1, 4.2)', async () => {
    dns.a('b.example.com', ['192.0.2.2']);
    expect(await resolved('sip:bob@b.example.com')).toEqual(['udp:192.0.2.2:5060']);
    expect(dns.asked.slice(0, 1)).toEqual(['NAPTR b.example.com']);
    expect(dns.asked.slice(1, 4).sort()).toEqual([
      'SRV _sip._tcp.b.example.com',
      'SRV _sip._udp.b.example.com',
      'SRV _sips._tcp.b.example.com',
    ]);
    expect(dns.asked.slice(4).sort()).toEqual(['A b.example.com', 'AAAA b.example.com']);
  });

  it('with the scheme sips is reached by TLS only (RFC 3263 4.1)', async () => {
    dns.naptr(
      'example.com',
      [1, 1, 's', 'SIP+D2U', '', '_sip._udp.example.com'],
      [2, 1, 's', 'SIPS+D2T', '', '_sips._tcp.example.com'],
    );
    expect(await resolved('sips:bob@example.com')).toEqual([TLS]);
    expect(dns.asked).not.toContain('SRV _sip._udp.example.com');
    dns.a('b.example.com', ['192.0.2.2']);
    expect(await resolved('sips:bob@b.example.com')).toEqual(['tls:192.0.2.2:5061=b.example.com']);
  });
});

describe('SRV records', () => {
  const uri = 'sip:bob@example.com;transport=udp';
  const service = '_sip._udp.example.com';

  beforeEach(() => {
    for (const i of [1, 2, 3, 4]) dns.a(`s${i}.example.com`, [`192.0.2.${i}`]);
  });

  it('are tried by ascending priority, each with all its addresses (RFC 2782)', async () => {
    dns.srv(service, [20, 9, 5063, 's3.example.com'], [10, 0, 5061, 's1.example.com'], [15, 0, 5062, 's2.example.com']);
    dns.aaaa('s1.example.com', ['2001:db8::1']);
    expect(await resolved(uri)).toEqual([
      'udp:192.0.2.1:5061',
      'udp:2001:db8::1:5061',
      'udp:192.0.2.2:5062',
      'udp:192.0.2.3:5063',
    ]);
  });

  it('share calls by weight, drawn again for each request although remembered (RFC 2782)', async () => {
    dns.srv(service, [1, 75, 5061, 's1.example.com'], [1, 25, 5062, 's2.example.com'], [2, 0, 5063, 's3.example.com']);
    const draws = [0, 0, 0.74, 0, 0.76, 0, 0.99, 0];
    const resolve = resolverWith({ random: () => draws.shift() ?? 0 });
    await resolve(uri);
    draws.splice(0, draws.length, 0.74, 0, 0, 0.76, 0, 0);
    expect(places(await resolve(uri))).toEqual(['udp:192.0.2.1:5061', 'udp:192.0.2.2:5062', 'udp:192.0.2.3:5063']);
    expect(places(await resolve(uri))).toEqual(['udp:192.0.2.2:5062', 'udp:192.0.2.1:5061', 'udp:192.0.2.3:5063']);
    expect(dns.count('SRV')).toBe(1);
  });

  it('of a server without address leave the others', async () => {
    dns.srv(service, [1, 1, 5061, 'gone.example.com'], [2, 1, 5062, 's2.example.com']);
    expect(await resolved(uri)).toEqual(['udp:192.0.2.2:5062']);
  });

  it('may name an alias', async () => {
    dns.srv(service, [1, 1, 5061, 'alias.example.com']);
    dns.cname('alias.example.com', 's4.example.com');
    expect(await resolved(uri)).toEqual(['udp:192.0.2.4:5061']);
  });

  it('with the target "." say that the service is not to be had, whatever addresses there are (RFC 2782)', async () => {
    dns.srv(service, [0, 0, 5060, '.']);
    dns.a('example.com', ['192.0.2.99']);
    expect(await resolved(uri)).toEqual([]);
    expect(dns.asked).toEqual([`SRV ${service}`]);
    expect(looked).toEqual([]);
  });

  it('with the target "." for one protocol leave the other', async () => {
    dns.srv(service, [0, 0, 5060, '.']);
    dns.srv('_sip._tcp.example.com', [1, 1, 5062, 's2.example.com']);
    expect(await resolved('sip:bob@example.com')).toEqual(['tcp:192.0.2.2:5062']);
  });
});

describe('the lookup of the system', () => {
  beforeEach(() => {
    lookup = () => Promise.resolve([{ address: '127.0.0.9' }, { address: '::1' }]);
  });

  it('finds names without a dot, which DNS is not asked for', async () => {
    expect(await resolved('sip:bob@PBX')).toEqual(['udp:127.0.0.9:5060', 'udp:::1:5060']);
    expect(looked).toEqual(['pbx']);
    expect(dns.asked).toEqual([]);
  });

  it('finds localhost', async () => {
    const resolver = new Resolver(clock, { servers: [dns.address], families: [4] });
    const uri = parseUri('sip:bob@localhost:5070;transport=tcp');
    if (uri === undefined) throw new Error('does not parse');
    expect(places(await resolver.resolve(uri))).toEqual(['tcp:127.0.0.1:5070']);
  });

  it.each([
    ['no such name', 'NXDOMAIN'],
    ['a failure', 'SERVFAIL'],
    ['a refusal', 'REFUSED'],
  ] as const)('is the last resort when DNS answers with %s', async (_, trouble) => {
    for (const type of TYPES) dns.trouble(type, undefined, trouble);
    expect(await resolved('sip:bob@pbx.example.com', { families: [4] })).toEqual(['udp:127.0.0.9:5060']);
    expect(looked).toEqual(['pbx.example.com']);
  });

  it('is the last resort when no name server is there', async () => {
    const other = await DnsServer.open();
    await other.close();
    const found = await resolved('sip:bob@pbx.example.com', { servers: [other.address], families: [6] });
    expect(found).toEqual(['udp:::1:5060']);
  });

  /** A minute, so that nothing but the virtual clock ends a step. */
  const limit = 60_000;

  /** Lets the time of each step pass. */
  async function passSteps(): Promise<void> {
    for (const type of ['NAPTR', 'SRV', 'A'] as const) {
      await until(`a query for ${type}`, () => dns.count(type) > 0);
      expect(looked).toEqual([]);
      clock.advance(0.3 * limit);
    }
    await until('the lookup', () => looked.length > 0);
  }

  it('still has its time when the name server stays silent at every step', async () => {
    for (const type of TYPES) dns.trouble(type, undefined, 'SILENCE');
    const waiting = resolverWith({ families: [4], limit })('sip:bob@pbx.example.com');
    await passSteps();
    expect(places(await waiting)).toEqual(['udp:127.0.0.9:5060']);
    expect(clock.waiting).toBe(0);
  });

  it('has no more than what is left of the time', async () => {
    lookup = () => new Promise(() => undefined);
    for (const type of TYPES) dns.trouble(type, undefined, 'SILENCE');
    const waiting = resolverWith({ families: [4], limit })('sip:bob@pbx.example.com');
    await passSteps();
    clock.advance(0.1 * limit);
    expect(await waiting).toEqual([]);
  });
});

describe('an answer is remembered', () => {
  const uri = 'sip:bob@sip.example.com:5060';

  /** How often the server is asked for addresses when asked again after `seconds` less 1 ms, and then 1 ms later. */
  async function askedAfter(seconds: number, type: RecordType): Promise<number[]> {
    const resolve = resolverWith({ families: [4] });
    const counts = [];
    await resolve(uri);
    for (const time of [seconds * 1000 - 1, 1]) {
      clock.advance(time);
      await resolve(uri);
      counts.push(dns.count(type));
    }
    return counts;
  }

  it('as long as its record says', async () => {
    dns.a('sip.example.com', ['192.0.2.1'], 77);
    expect(await askedAfter(77, 'A')).toEqual([1, 2]);
  });

  it('as long as the shortest-lived of the records that lead to it', async () => {
    dns.cname('sip.example.com', 'a.example.com', 50);
    dns.cname('a.example.com', 'b.example.com', 20);
    dns.a('b.example.com', ['192.0.2.1'], 300);
    expect(await askedAfter(20, 'A')).toEqual([1, 2]);
  });

  it.each([
    [0, 1],
    [1_000_000, 3600],
    [0xffff_ffff, 3600],
  ])('that may live %i s for %i s', async (ttl, seconds) => {
    dns.a('sip.example.com', ['192.0.2.1'], ttl);
    expect(await askedAfter(seconds, 'A')).toEqual([1, 2]);
  });

  it('for 10 s when there is nothing', async () => {
    expect(await askedAfter(10, 'A')).toEqual([1, 2]);
    expect(looked).toHaveLength(2);
  });

  it('for 60 s when it is of SRV and NAPTR records, whose time to live Node does not tell', async () => {
    dns.naptr('example.com', [1, 1, 's', 'SIP+D2U', '', '_sip._udp.example.com']);
    dns.srv('_sip._udp.example.com', [1, 1, 5060, 'a.example.com']);
    dns.a('a.example.com', ['192.0.2.1'], 300);
    const resolve = resolverWith({ families: [4] });
    const counts = [];
    for (const time of [0, 59_999, 1]) {
      clock.advance(time);
      await resolve('sip:bob@example.com');
      counts.push([dns.count('NAPTR'), dns.count('SRV'), dns.count('A')]);
    }
    expect(counts).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [2, 2, 1],
    ]);
  });

  it('and given at once, not in a promise', async () => {
    dns.srv('_sip._udp.example.com', [1, 1, 5060, 'a.example.com']);
    dns.a('a.example.com', ['192.0.2.1']);
    const resolve = resolverWith();
    await resolve('sip:bob@example.com');
    expect(places(resolve('sip:carol@example.com') as Target[])).toEqual(['udp:192.0.2.1:5060']);
  });

  it('and asked for once for all who wait for it', async () => {
    dns.a('sip.example.com', ['192.0.2.1']);
    const resolve = resolverWith({ families: [4] });
    const uris = [uri, uri, 'sip:carol@SIP.example.com:5062', 'sip:sip.example.com.:5061'];
    const found = await Promise.all(uris.map(resolve));
    expect(found.flatMap(places)).toEqual([5060, 5060, 5062, 5061].map((port) => `udp:192.0.2.1:${port}`));
    expect(dns.asked).toEqual(['A sip.example.com']);
  });
});

describe('a name', () => {
  it('that nobody knows has no target', async () => {
    expect(await resolved('sip:bob@nowhere.example.com')).toEqual([]);
    expect(looked).toEqual(['nowhere.example.com']);
  });

  it('is given up after 5 s', async () => {
    lookup = () => new Promise(() => undefined);
    const waiting = resolverWith()('sip:bob@slow');
    clock.advance(5000);
    expect(await waiting).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('is given up after as long as the limit says, with what has been found by then', async () => {
    dns.srv('_sip._udp.example.com', [1, 1, 5061, 's1.example.com'], [2, 1, 5062, 's2.example.com']);
    dns.a('s1.example.com', ['192.0.2.1']);
    dns.trouble('A', 's2.example.com', 'SILENCE');
    const resolve = resolverWith({ limit: 1000, families: [4] });
    const waiting = resolve('sip:bob@example.com;transport=udp');
    await until('both servers to be asked for', () => dns.count('A') === 2);
    // The answer that came is remembered; then this one waits for the other server alone.
    await resolve('sip:bob@s1.example.com:5060');
    clock.advance(1000);
    expect(places(await waiting)).toEqual(['udp:192.0.2.1:5061']);
  });

  it('is not waited for when 128 others are (security R9)', async () => {
    lookup = () => new Promise(() => undefined);
    const resolve = resolverWith();
    const waiting = Array.from({ length: 128 }, (_, i) => resolve(`sip:bob@slow${i}`));
    expect(await resolve('sip:bob@toomany')).toEqual([]);
    expect(looked).toHaveLength(128);
    clock.advance(5000);
    expect(await Promise.all(waiting)).toEqual(new Array(128).fill([]));
  });

  it('whose lookup throws has no target', async () => {
    lookup = () => {
      throw new Error('broken');
    };
    expect(await resolved('sip:bob@pbx')).toEqual([]);
  });
});

describe('a hostile answer', () => {
  const uri = 'sip:bob@evil.example:5060';
  const service = '_sip._udp.evil.example';

  it('of a thousand addresses is used up to the sixteenth', async () => {
    dns.a(
      'evil.example',
      Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
    );
    expect(await resolved(uri)).toHaveLength(16);
  });

  it('of a thousand servers is used up to the sixteenth, and no more than 32 targets are tried', async () => {
    const records = Array.from({ length: 1000 }, (_, i) => [1000 - i, 1, 5060, `s${i}.evil.example`] as const);
    dns.srv(service, ...records);
    for (let i = 0; i < 1000; i++) dns.a(`s${i}.evil.example`, ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(await resolved('sip:bob@evil.example;transport=udp', { families: [4] })).toHaveLength(32);
    expect(askedSorted().slice(0, -1)).toEqual(
      Array.from({ length: 16 }, (_, i) => `A s${984 + i}.evil.example`).sort(),
    );
  });

  it.each([
    ['names with odd characters', ['a b', 'ex.am', 'example']],
    ['names with a NUL', ['a\0b', 'example']],
    ['numbers as names', ['192', '0', '2', '7']],
    ['no port', 'fine.example'],
  ])('with %s as servers names no server', async (_, target) => {
    dns.srv(service, [1, 1, target === 'fine.example' ? 0 : 5060, target]);
    dns.a('fine.example', ['192.0.2.1']);
    expect(await resolved('sip:bob@evil.example;transport=udp')).toEqual([]);
    expect(dns.asked[0]).toBe(`SRV ${service}`);
    expect(askedSorted().slice(0, 2)).toEqual(['A evil.example', 'AAAA evil.example']);
    expect(looked).toEqual(['evil.example']);
  });

  it('of many NAPTR records is used up to the third service', async () => {
    const records = Array.from({ length: 50 }, (_, i) => [i, 1, 's', 'SIP+D2U', '', `n${i}.evil.example`] as const);
    dns.naptr('evil.example', ...records);
    await resolved('sip:bob@evil.example', { protocols: ['udp'] });
    const services = dns.asked.filter((query) => query.startsWith('SRV n'));
    expect(services.sort()).toEqual([0, 1, 2].map((i) => `SRV n${i}.evil.example`));
  });

  it('of addresses that are no host is not used', async () => {
    dns.a('evil.example', ['0.0.0.0', '224.0.1.75', '255.255.255.255', '192.0.2.1']);
    dns.aaaa('evil.example', ['::', 'ff02::1', '::ffff:0:0', '2001:db8::1']);
    expect(await resolved(uri)).toEqual(['udp:192.0.2.1:5060', 'udp:2001:db8::1:5060']);
  });

  it('of private addresses is used as the same addresses in a URI are', async () => {
    dns.a('evil.example', ['10.0.0.1', '127.0.0.1']);
    expect(await resolved(uri)).toEqual(['udp:10.0.0.1:5060', 'udp:127.0.0.1:5060']);
  });

  it('of aliases in a circle ends', async () => {
    dns.cname('evil.example', 'other.example');
    dns.cname('other.example', 'evil.example');
    expect(await resolved(uri)).toEqual([]);
  });

  it.each([
    ['a name that points to itself', '8580000100010000 0000 04657669 6c 076578616d706c65 00 00010001 c01e00010001'],
    ['more records than it holds', '85800001ffff00000000'],
    ['nothing but a header', '8580'],
  ])('with %s ends', async (_, hex) => {
    dns.trouble('A', 'evil.example', Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    const waiting = resolverWith({ families: [4] })(uri);
    await until('the query', () => dns.count('A') > 0);
    clock.advance(1500);
    expect(await waiting).toEqual([]);
  });

  it('that is truncated, and not to be had by TCP, ends', async () => {
    dns.trouble('A', 'evil.example', 'TRUNCATED');
    const waiting = resolverWith({ families: [4] })(uri);
    await until('the query', () => dns.count('A') > 0);
    clock.advance(1500);
    expect(await waiting).toEqual([]);
  });
});
