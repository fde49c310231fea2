import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { formatIpv6, parseIpv4, parseIpv6 } from '../../src/util/ip.js';
import { seeded } from '../sip/messages.js';

const canonical = (text: string) => {
  const groups = parseIpv6(text);
  return groups && formatIpv6(groups);
};

describe('IPv6 addresses', () => {
  it.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::1.2.3.4', '::102:304'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is written %s (RFC 5952)', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    '',
    ':',
    ':::',
    '1',
    '1:2',
    '::1::',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    '12345::',
    '::g',
    '1.2.3.4',
    '::1.2.3',
    '::1.2.3.256',
    '::01.2.3.4',
    '1.2.3.4::',
    '::1%0',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('refuses %j', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  it('agrees with the system on thousands of random texts', () => {
    const random = seeded(6);
    const pick = (choices: string) => choices.charAt(Math.floor(random() * choices.length));
    for (let i = 0; i < 20_000; i++) {
      let text = '';
      const length = 2 + Math.floor(random() * 14);
      while (text.length < length) text += pick('::::1a0.f2');
      expect([text, parseIpv6(text) !== undefined]).toEqual([text, isIPv6(text)]);
    }
  });
});

describe('IPv4 addresses', () => {
  it('are four decimal octets without leading zeros', () => {
    expect(parseIpv4('192.0.2.255')).toEqual([192, 0, 2, 255]);
    const random = seeded(4);
    for (let i = 0; i < 5_000; i++) {
      const text = Array.from({ length: 3 + Math.floor(random() * 3) }, () => Math.floor(random() * 300)).join('.');
      expect([text, parseIpv4(text) !== undefined]).toEqual([text, isIPv4(text)]);
    }
    for (const bad of [
      '',
      '1.2.3',
      '1.2.3.4.5',
      '01.2.3.4',
      '1.2.3.-4',
      '1.2.3.4 ',
      '1e1.2.3.4',
      '1.2..4',
      'a.b.c.d',
    ]) {
      expect(parseIpv4(bad)).toBeUndefined();
    }
  });
});
