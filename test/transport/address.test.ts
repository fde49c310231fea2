import { describe, expect, it } from 'vitest';
import {
  addressOfHost,
  isHostName,
  isLoopback,
  isUnicast,
  plainAddress,
  uriHost,
} from '../../src/transport/address.js';

describe('addresses', () => {
  it('takes an IPv4-mapped IPv6 address for the IPv4 address', () => {
    expect(plainAddress('::ffff:127.0.0.1')).toBe('127.0.0.1');
  });

  it('drops the zone of a link-local address', () => {
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
  });

  it.each(['127.0.0.1', '::1', '2001:db8::ffff'])('leaves %s as it is', (address) => {
    expect(plainAddress(address)).toBe(address);
  });

  it('puts brackets around IPv6 in a URI, and takes them away', () => {
    expect(uriHost('::1')).toBe('[::1]');
    expect(uriHost('127.0.0.1')).toBe('127.0.0.1');
    expect(addressOfHost('[::1]')).toBe('::1');
    expect(addressOfHost('127.0.0.1')).toBe('127.0.0.1');
  });

  it.each(['localhost', '[127.0.0.1]', '[::1', '127.1', ''])('finds no address in the host "%s"', (host) => {
    expect(addressOfHost(host)).toBeUndefined();
  });

  it('knows all of 127.0.0.0/8 and ::1 as loopback', () => {
    expect(['127.0.0.1', '127.255.0.9', '::1'].every(isLoopback)).toBe(true);
    expect(['128.0.0.1', '12.7.0.1', '::2'].some(isLoopback)).toBe(false);
  });

  it.each(['0.0.0.0', '224.0.1.75', '255.255.255.255', '::', 'ff02::1', 'FF02::1', 'name', ''])(
    'does not send to "%s" (security R6)',
    (address) => {
      expect(isUnicast(address)).toBe(false);
    },
  );

  it.each(['1.2.3.4', '127.0.0.1', '223.255.255.255', '::1', '2001:db8::1', 'fe80::1'])('sends to %s', (address) => {
    expect(isUnicast(address)).toBe(true);
  });

  it.each(['localhost', 'sip.example.com', 'sip.example.com.', '3cx.example.com', 'under_score.example'])(
    'looks up the name %s',
    (name) => {
      expect(isHostName(name)).toBe(true);
    },
  );

  it.each(['127.1', '2130706433', '0x7f000001', '0x7f.1', '1.2.3.4.', '.', '', 'a b', 'a;b', 'x'.repeat(254)])(
    'does not look up "%s", which is no name or an address in disguise',
    (name) => {
      expect(isHostName(name)).toBe(false);
    },
  );
});
