import { beforeEach, describe, expect, it } from 'vitest';
import { header, headers, request, requests, startLine, statuses } from '../messages.js';
import { DOMAIN, type VirtualProxy } from '../virtual-proxy.js';
import { bind, CARRIER, contact, first, invite, only, trusted, VIA } from './scene.js';

let proxy: VirtualProxy;

beforeEach(async () => {
  proxy = await trusted();
  await bind(proxy, {});
});

const ask = (parts: object, change = (text: string) => text) =>
  proxy.receive(change(request({ via: VIA, ...parts })), CARRIER);
const hops = (n: string) => (text: string) => text.replace('Max-Forwards: 70', `Max-Forwards: ${n}`);

describe('request validation (RFC 3261 16.3)', () => {
  it('passes methods, headers and parameters that it does not know (16.3 step 1)', async () => {
    const sent = await ask({ method: 'NEWTHING', headers: ['X-New: a;b="c"'], uri: `sip:bob@${DOMAIN};odd=1` });
    const { text } = only(requests(sent));
    expect(startLine(text)).toBe(`NEWTHING ${contact(1)} SIP/2.0`);
    expect(header(text, 'X-New')).toBe('a;b="c"');
  });

  it('answers 416 before it counts hops (16.3 steps 2 and 3)', async () => {
    expect(statuses(await ask({ uri: 'fax:bob@test.example' }, hops('0')))).toEqual([416]);
  });

  it('answers 483 before it looks at Proxy-Require (16.3 steps 3 and 5)', async () => {
    expect(statuses(await ask({ headers: ['Proxy-Require: odd'] }, hops('0')))).toEqual([483]);
  });

  it('answers 482 to a request that comes back unchanged, before it looks at Proxy-Require (16.3 steps 4 and 5)', async () => {
    const uri = 'sip:friend@203.0.113.66';
    const { text } = only(requests(await ask({ uri })));
    const looped = text.replace('\r\nMax-', '\r\nProxy-Require: odd\r\nMax-');
    expect(statuses(await proxy.receive(text, CARRIER))).toEqual([482]);
    // Proxy-Require is part of what routing depends on: this one is another request.
    expect(statuses(await proxy.receive(looped, CARRIER))).toEqual([420]);
  });

  it('answers 482 to a loop through other proxies that put their Via on top (RFC 5393 4.2)', async () => {
    const { text } = only(requests(await ask({ uri: 'sip:friend@203.0.113.66' })));
    const via = 'Via: SIP/2.0/UDP 203.0.113.66;branch=z9hG4bKother\r\n';
    const looped = text.replace('\r\nVia:', `\r\n${via}Via:`);
    expect(statuses(await proxy.receive(looped, 'udp:203.0.113.66:5060'))).toEqual([482]);
  });

  it('lets a spiral pass: one that comes back with another Request-URI (16.3 step 4)', async () => {
    const { text } = only(requests(await ask({ uri: 'sip:friend@203.0.113.66' })));
    const spiral = text.replace(/^INVITE \S+/, `INVITE sip:bob@${DOMAIN}`).replace(/\r\nRoute: [^\r]*/, '');
    const sent = await proxy.receive(spiral, CARRIER);
    expect(requests(sent).map(({ text: again }) => startLine(again))).toEqual([`INVITE ${contact(1)} SIP/2.0`]);
  });

  it('answers 420 with exactly the extensions that it lacks, but not to ACK and CANCEL (16.3 step 5)', async () => {
    const sent = await ask({ headers: ['Proxy-Require: a, b', 'Proxy-Require: c'] });
    expect(statuses(sent)).toEqual([420]);
    expect(header(first(sent).text, 'Unsupported')).toBe('a, b, c');
    expect(statuses(await ask({ method: 'CANCEL', headers: ['Proxy-Require: a'] }))).toEqual([481]);
    expect(await ask({ method: 'ACK', headers: ['Proxy-Require: a'] })).toEqual([]);
  });

  it('asks for a password only what has passed the other checks (16.3 step 6)', async () => {
    const stranger = 'udp:198.51.100.99:5060';
    const from = { from: `sip:bob@${DOMAIN}`, via: '198.51.100.99:5060' };
    expect(statuses(await proxy.receive(request({ ...from, headers: ['Proxy-Require: a'] }), stranger))).toEqual([420]);
    expect(statuses(await proxy.receive(request(from), stranger))).toEqual([407]);
  });

  it('takes one hop off Max-Forwards, and writes 70 where there is none (16.6 step 3)', async () => {
    for (const [given, written] of [
      ['Max-Forwards: 5', '4'],
      ['Max-Forwards: 255', '70'],
      ['X-Nothing: 1', '70'],
    ] as const) {
      const sent = await ask({}, (text) => text.replace('Max-Forwards: 70', given));
      expect(headers(only(requests(sent)).text, 'Max-Forwards')).toEqual([written]);
    }
  });
});

describe('Max-Breadth (RFC 5393 5.3)', () => {
  const breadths = (sent: readonly { text: string }[]) => sent.map(({ text }) => headers(text, 'Max-Breadth').join());

  it('is 60 in a request that has none, and never more', async () => {
    expect(breadths((await invite(proxy)).branches)).toEqual(['60']);
    expect(breadths((await invite(proxy, { headers: ['Max-Breadth: 4000'] })).branches)).toEqual(['60']);
  });

  it('is shared between the branches of a parallel search', async () => {
    await bind(proxy, {}, {}, {});
    const shared = async (given: number) => {
      const { branches } = await invite(proxy, { headers: [`Max-Breadth: ${given}`] });
      return breadths(branches).sort();
    };
    expect(await shared(60)).toEqual(['20', '20', '20']);
    expect(await shared(5)).toEqual(['1', '2', '2']);
  });

  it('is whole in each group of a sequential search', async () => {
    await bind(proxy, { q: 1 }, { q: 0.5 });
    const { branches } = await invite(proxy, { headers: ['Max-Breadth: 1'] });
    expect(breadths(branches)).toEqual(['1']);
  });

  it('is answered with 440 when it is not enough for the branches', async () => {
    await bind(proxy, {}, {});
    const sent = await ask({ headers: ['Max-Breadth: 1'] });
    expect(startLine(first(sent).text)).toBe('SIP/2.0 440 Max-Breadth Exceeded');
    expect(requests(sent)).toEqual([]);
    expect(statuses(await ask({ headers: ['Max-Breadth: 0'] }))).toEqual([440]);
  });

  it('that is no number is answered with 400', async () => {
    expect(statuses(await ask({ headers: ['Max-Breadth: many'] }))).toEqual([400]);
  });

  it('can be set', async () => {
    const narrow = await trusted({ flags: { 'proxy-max-breadth': '2' } });
    await bind(narrow, {}, {}, {});
    expect((await invite(narrow)).replies).toEqual([440]);
  });
});
