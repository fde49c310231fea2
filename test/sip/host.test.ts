import { describe, expect, it } from 'vitest';
import { hostEnd, hostKey, portIn } from '../../src/sip/host.js';

const hostOf = (text: string) => {
  const end = hostEnd(text, 0, text.length);
  return end < 0 ? undefined : text.slice(0, end);
};

describe('hosts', () => {
  it.each([
    ['example.com:5060', 'example.com'],
    ['192.0.2.1;x', '192.0.2.1'],
    ['[2001:db8::10]:5070', '[2001:db8::10]'],
    ['[2001:db8::10:5070]', '[2001:db8::10:5070]'],
    ['[::ffff:192.0.2.10]', '[::ffff:192.0.2.10]'],
    ['under_score.example.', 'under_score.example.'],
    ['[2001:db8:::192.0.2.1]', '[2001:db8:::192.0.2.1]'],
  ])('are read from %j', (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it.each(['', ':]', '[]', '[', '[::', '[1.2.3.4]', '[::g]', '[1:2:3:4:5:6:7:8:9]', '[fe80::1%eth0]', ';x', '\0'])(
    'are refused: %j (P6)',
    (text) => {
      expect(hostOf(text)).toBeUndefined();
    },
  );

  it('compare in one form: lower case, IPv6 canonical, no brackets, IPv4-mapped as IPv4', () => {
    expect(hostKey('Example.COM.')).toBe('example.com');
    expect(hostKey('[2001:DB8:0:0:0:0:0:10]')).toBe('2001:db8::10');
    expect(hostKey('2001:db8::10')).toBe('2001:db8::10');
    expect(hostKey('[::FFFF:192.0.2.10]')).toBe('192.0.2.10');
    expect(hostKey('192.0.2.10')).toBe('192.0.2.10');
    expect(hostKey('[nonsense]')).toBe('nonsense');
    expect(hostKey('[2001:db8:::192.0.2.1]')).toBe(hostKey('[2001:db8::192.0.2.1]'));
  });

  it('have ports up to 65535, digits only (P6)', () => {
    expect(portIn('05060', 0, 5)).toBe(5060);
    expect(portIn('65535', 0, 5)).toBe(65535);
    for (const bad of ['', '65536', '999999999', '-1', '+1', '0x1', '1 '])
      expect(portIn(bad, 0, bad.length)).toBeUndefined();
  });
});
