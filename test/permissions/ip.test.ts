import { describe, expect, it } from 'vitest';
import { parseIp } from '../../src/permissions/ip.js';
import { formatIpv6, parseIpv4, parseIpv6 } from '../../src/util/ip.js';
import { Random } from './support/random.js';

const signed = (word: number): number => word | 0;

describe('an address as text', () => {
  it.each([
    ['10.0.1.102', [0x0a000166]],
    ['0.0.0.0', [0]],
    ['255.255.255.255', [0xffffffff]],
  ])('%s is IPv4', (text, words) => {
    expect(parseIp(text)).toEqual({ family: 4, words: words.map(signed) });
  });

  it.each([
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['[::1]', [0, 0, 0, 1]],
    ['2001:DB8::1', [0x20010db8, 0, 0, 1]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
    ['::2:3:4:5:6:7:8', [2, 0x30004, 0x50006, 0x70008]],
    ['fe80::1:ffff:ffff', [0xfe800000, 0, 1, 0xffffffff]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221]],
    ['1:2:3:4:5:6:1.2.3.4', [0x10002, 0x30004, 0x50006, 0x01020304]],
  ])('%s is IPv6', (text, words) => {
    expect(parseIp(text)).toEqual({ family: 6, words: words.map(signed) });
  });

  it.each(['::ffff:10.0.1.102', '::FFFF:a00:166', '0:0:0:0:0:ffff:10.0.1.102'])(
    '%s is the IPv4 address that is mapped',
    (text) => {
      expect(parseIp(text)).toEqual({ family: 4, words: [0x0a000166] });
    },
  );

  it.each([
    ['', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.1.1.1', '01.2.3.4', '1.2.3.00', '1.2.3.4 '],
    ['+1.2.3.4', '1.2.3.-4', '0x1.2.3.4', '1,2,3,4', 'a.b.c.d', '[1.2.3.4]', '1.2.3.4]', '1.2.3.1000'],
    [':', ':::', ':1', '1:', '1::2::3', '12345::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::'],
    ['g::', '::1%eth0', '[::1', '::1]', '[]', '[[::1]]', '::1.2.3', '::1.2.3.4.5', '::256.2.3.4', '::1.2.3.4:5'],
    ['1:2:3:4:5:6:7:1.2.3.4', '1.2.3.4::', ' ::1', '::1 ', '1:2:3:4:5:6:7:8:', '::1:', 'fe80:::1', '::g'],
  ])('%s and the like are none', (...texts) => {
    for (const text of texts) expect(parseIp(text), text).toBeUndefined();
  });

  it('is read as by the parser of the rest of the program, on 100,000 random texts', () => {
    const random = new Random(7);
    let addresses = 0;
    for (let round = 0; round < 100_000; round++) {
      const text = random
        .many(1, 9, () => random.pick(['1', 'f', 'ffff', '0', ':', ':', '::', '.', '1.2', '25']))
        .join('');
      const parsed = parseIp(text);
      expect(parsed === undefined, text).toBe(parseIpv4(text) === undefined && parseIpv6(text) === undefined);
      if (parsed === undefined) continue;
      addresses++;
      expect(parsed.words, text).toEqual(wordsOf(text));
    }
    expect(addresses).toBeGreaterThan(1_000);
  });
});

function wordsOf(text: string): number[] {
  const groups = parseIpv6(text);
  const octets = parseIpv4(groups === undefined ? text : formatIpv6(groups));
  if (octets !== undefined) return [octets.reduce((word, octet) => (word << 8) | octet, 0)];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups ?? [];
  return [(a << 16) | b, (c << 16) | d, (e << 16) | f, (g << 16) | h];
}
