import { beforeEach, describe, expect, it } from 'vitest';
import { parseUri } from '../../src/sip/uri.js';
import { Resolver } from '../../src/transport/resolve.js';
import type { Target } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

describe('Resolver', () => {
  let clock: VirtualClock;
  let asked: string[];
  let answer: () => Promise<{ address: string }[]>;
  let resolver: Resolver;

  beforeEach(() => {
    clock = new VirtualClock();
    asked = [];
    answer = () => Promise.resolve([{ address: '192.0.2.1' }, { address: '2001:db8::1' }]);
    resolver = new Resolver(clock, (name) => {
      asked.push(name);
      return answer();
    });
  });

  function resolve(text: string): Target[] | Promise<Target[]> {
    const uri = parseUri(text);
    if (uri === undefined) throw new Error(`${text} does not parse`);
    return resolver.resolve(uri);
  }

  it.each([
    ['sip:bob@192.0.2.9', { protocol: 'udp', address: '192.0.2.9', port: 5060 }],
    ['sip:bob@192.0.2.9:5070;transport=TCP', { protocol: 'tcp', address: '192.0.2.9', port: 5070 }],
    ['sip:bob@[::1]', { protocol: 'udp', address: '::1', port: 5060 }],
    ['sip:bob@[::ffff:127.0.0.1]', { protocol: 'udp', address: '127.0.0.1', port: 5060 }],
  ])('answers the numeric host of %s at once (RFC 3263 4.1)', (uri, target) => {
    expect(resolve(uri)).toEqual([target]);
    expect(asked).toEqual([]);
  });

  it.each([
    'sips:bob@192.0.2.9',
    'sip:bob@192.0.2.9;transport=sctp',
    'tel:+15551234',
    'sip:bob@127.1',
    'sip:bob@0x7f000001',
    'sip:bob@2130706433',
  ])('has no target for %s and asks nobody', (uri) => {
    expect(resolve(uri)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('does not follow maddr (security R6)', () => {
    expect(resolve('sip:bob@192.0.2.9;maddr=127.0.0.1')).toEqual([
      { protocol: 'udp', address: '192.0.2.9', port: 5060 },
    ]);
  });

  it('answers a name with all its addresses in order', async () => {
    expect(await resolve('sip:bob@Sip.example.com:5080;transport=tcp')).toEqual([
      { protocol: 'tcp', address: '192.0.2.1', port: 5080 },
      { protocol: 'tcp', address: '2001:db8::1', port: 5080 },
    ]);
    expect(asked).toEqual(['sip.example.com']);
  });

  it('remembers an answer for 30 s', async () => {
    await resolve('sip:bob@sip.example.com');
    clock.advance(29_999);
    expect(resolve('sip:carol@sip.example.com')).toHaveLength(2);
    clock.advance(1);
    await resolve('sip:bob@sip.example.com');
    expect(asked).toHaveLength(2);
  });

  it('asks once for all who wait for the same name', async () => {
    const both = await Promise.all([resolve('sip:bob@sip.example.com'), resolve('sip:carol@sip.example.com')]);
    expect(both[0]).toEqual(both[1]);
    expect(asked).toHaveLength(1);
  });

  it('has no target for a name that has no address', async () => {
    answer = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await resolve('sip:bob@nowhere.example.com')).toEqual([]);
  });

  it('gives up after 5 s', async () => {
    answer = () => new Promise(() => undefined);
    const waiting = resolve('sip:bob@slow.example.com');
    clock.advance(5000);
    expect(await waiting).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('does not let more than 64 names wait (security R9)', async () => {
    answer = () => new Promise(() => undefined);
    const waiting = Array.from({ length: 64 }, (_, i) => resolve(`sip:bob@slow${i}.example.com`));
    expect(await resolve('sip:bob@one.too.many.example.com')).toEqual([]);
    expect(asked).toHaveLength(64);
    clock.advance(5000);
    expect(await Promise.all(waiting)).toEqual(new Array(64).fill([]));
  });
});
