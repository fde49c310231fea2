import type { NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalAddresses } from '../../src/transport/local-addresses.js';
import { VirtualClock } from '../../src/util/clock.js';

function info(cidr: string, internal = false): NetworkInterfaceInfo {
  const address = cidr.slice(0, cidr.indexOf('/'));
  const rest = { address, cidr, internal, netmask: '', mac: '00:00:00:00:00:00' };
  return address.includes(':') ? { family: 'IPv6', scopeid: 0, ...rest } : { family: 'IPv4', ...rest };
}

describe('LocalAddresses', () => {
  let clock: VirtualClock;
  let interfaces: ReturnType<typeof networkInterfaces>;
  let local: LocalAddresses;

  beforeEach(() => {
    clock = new VirtualClock();
    interfaces = {
      lo: [info('127.0.0.1/8', true), info('::1/128', true)],
      eth0: [info('fe80::9/64'), info('192.0.2.7/24'), info('2001:db8::7/64')],
      eth1: [info('198.51.100.7/25')],
    };
    local = new LocalAddresses(clock, () => interfaces);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.5', '127.0.0.5'],
    ['::1', '::1'],
  ])('faces the loopback address %s with itself', (target, expected) => {
    expect(local.facing(target)).toBe(expected);
  });

  it.each([
    ['192.0.2.99', '192.0.2.7'],
    ['198.51.100.1', '198.51.100.7'],
    ['2001:db8::99', '2001:db8::7'],
  ])('faces %s with the address in its subnet', (target, expected) => {
    expect(local.facing(target)).toBe(expected);
  });

  it.each([
    ['203.0.113.1', '192.0.2.7'],
    ['198.51.100.200', '192.0.2.7'],
    ['2001:db8:1::1', '2001:db8::7'],
  ])('faces %s, which is in no subnet, with the first address that leaves the machine', (target, expected) => {
    expect(local.facing(target)).toBe(expected);
  });

  it('has nothing but the loopback address on a machine without network', () => {
    interfaces = { lo: [info('127.0.0.1/8', true)] };
    expect(local.facing('203.0.113.1')).toBe('127.0.0.1');
    expect(local.facing('2001:db8::1')).toBe('::1');
  });

  it('has the addresses of all interfaces, and all of 127.0.0.0/8', () => {
    expect(['127.0.0.1', '127.3.4.5', '::1', '192.0.2.7', 'fe80::9'].every((own) => local.has(own))).toBe(true);
    expect(['192.0.2.8', '2001:db8::8', '0.0.0.0'].some((other) => local.has(other))).toBe(false);
  });

  it('sees a new address after 30 s', () => {
    expect(local.facing('203.0.113.1')).toBe('192.0.2.7');
    interfaces = { eth0: [info('203.0.113.7/24')] };
    expect(local.has('203.0.113.7')).toBe(false);
    clock.advance(30_000);
    expect(local.has('203.0.113.7')).toBe(true);
    expect(local.facing('203.0.113.1')).toBe('203.0.113.7');
  });
});
