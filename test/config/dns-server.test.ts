import { Resolver } from 'node:dns';
import { expect, it } from 'vitest';
import { dnsServer } from '../../src/config/dns-server.js';
import { Invalid } from '../../src/config/kind.js';

it.each(['192.0.2.53', '127.0.0.1:5353', '127.0.0.1:65535', '::1', '[::1]', '[2001:db8::53]:5353'])(
  '%s is a name server, for Node too',
  (text) => {
    expect(dnsServer.parse(text)).toBe(text);
    expect(() => new Resolver().setServers([text])).not.toThrow();
  },
);

it.each([
  '',
  'dns.example.com',
  '127.1',
  '192.0.2.53:',
  '192.0.2.53:0',
  '192.0.2.53:65536',
  '192.0.2.53:+1',
  '192.0.2.53:1e3',
  '[::1',
  '[192.0.2.53]:53',
  '[::1]53',
  '[::1]:',
  'fe80::1%eth0',
  '[fe80::1%eth0]:53',
])('%j is no name server', (text) => {
  expect(() => dnsServer.parse(text)).toThrow(Invalid);
});
