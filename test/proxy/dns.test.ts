import { afterEach, beforeEach, expect, it } from 'vitest';
import { DnsServer } from '../support/dns-server.js';
import { until } from '../support/until.js';
import { answer, request, requests, startLine, statuses } from './messages.js';
import { type Sent, type VirtualProxy, virtualProxy } from './virtual-proxy.js';

const CARRIER = 'udp:203.0.113.7:5060';
const VIA = '203.0.113.7:5060';
const URI = 'sip:x@domain.example';

let dns: DnsServer;
let proxy: VirtualProxy;

/** A carrier that may call anywhere, and a domain with two servers for TCP, and UDP for when both fail. */
beforeEach(async () => {
  dns = await DnsServer.open();
  dns.naptr(
    'domain.example',
    [20, 1, 's', 'SIP+D2U', '', '_sip._udp.domain.example'],
    [10, 1, 's', 'SIP+D2T', '', '_sip._tcp.domain.example'],
    [5, 1, 's', 'SIPS+D2T', '', '_sips._tcp.domain.example'],
  );
  dns.srv('_sip._tcp.domain.example', [2, 1, 5082, 'second.domain.example'], [1, 1, 5081, 'first.domain.example']);
  dns.srv('_sip._udp.domain.example', [1, 1, 5083, 'second.domain.example']);
  dns.a('first.domain.example', ['198.51.100.1']);
  dns.a('second.domain.example', ['198.51.100.2']);
  dns.aaaa('first.domain.example', ['2001:db8::1']);
  proxy = await virtualProxy({ addresses: [{ ip_addr: '203.0.113.7' }], flags: { 'dns-servers': dns.address } });
});

afterEach(() => dns.close());

function call(uri = URI): Promise<Sent[]> {
  return proxy.receive(request({ via: VIA, uri, from: 'sip:carrier@carrier.example' }), CARRIER);
}

const invites = () => requests(proxy.sent).filter(({ text }) => text.startsWith('INVITE'));

/** Waits until the proxy has sent that many INVITEs, and answers where to. */
async function destinations(count: number): Promise<string[]> {
  const all = () => proxy.sent.map(({ text, to }) => `${to} ${startLine(text)}`).join('\n');
  await until(
    () => `INVITE ${count} in:\n${all()}`,
    () => invites().length >= count,
  );
  return invites().map(({ to }) => to);
}

it('a call to a domain goes to the first server that its NAPTR and SRV records name (RFC 3263 4)', async () => {
  await call();
  expect(await destinations(1)).toEqual(['tcp:198.51.100.1:5081']);
  expect(startLine(invites()[0]?.text ?? '')).toBe(`INVITE ${URI} SIP/2.0`);
  // Neither of the listeners can send to IPv6.
  expect(dns.count('AAAA')).toBe(0);
});

it('a call goes to the next server on a transport error, and to the next on 503 (RFC 3263 4.3)', async () => {
  proxy.failing.add('tcp:198.51.100.1:5081');
  await call();
  expect(await destinations(2)).toEqual(['tcp:198.51.100.1:5081', 'tcp:198.51.100.2:5082']);
  await proxy.receive(answer(invites()[1]?.text ?? '', 503), 'tcp:198.51.100.2:5082');
  expect((await destinations(3))[2]).toBe('udp:198.51.100.2:5083');
  const branches = invites().map(({ text }) => /branch=([^;\r]+)/.exec(text)?.[1]);
  expect(new Set(branches).size).toBe(3);
  expect(statuses(proxy.sent)).toEqual([100]);
});

it('the second call to a domain goes out at once, and asks no name server', async () => {
  await call();
  await destinations(1);
  const asked = dns.count();
  expect(requests(await call())).toHaveLength(1);
  expect(dns.count()).toBe(asked);
});

it('a call to a name that nobody has is answered 100, and refused', async () => {
  await call('sip:x@nowhere.domain.example:5060');
  await until('the answer', () => statuses(proxy.sent).length === 2);
  expect(statuses(proxy.sent)).toEqual([100, 500]);
  expect(dns.asked).toEqual(['A nowhere.domain.example']);
});
