import { describe, expect, it } from 'vitest';
import { parseNameAddr } from '../../src/sip/name-addr.js';

describe('name-addr and addr-spec (RFC 3261 20.10)', () => {
  it.each([
    ['<sip:a@h>', '', 'sip:a@h', ''],
    ['sip:a@h', '', 'sip:a@h', ''],
    ['Bob <sip:a@h>;tag=1', 'Bob', 'sip:a@h', ';tag=1'],
    ['Bob Smith\t<sip:a@h> ; tag = 1', 'Bob Smith', 'sip:a@h', '; tag = 1'],
    ['caller<sip:a@h>', 'caller', 'sip:a@h', ''],
    ['"B, \\"x\\" <y>" <sip:a@h;lr?x=y>;q=0.5', 'B, "x" <y>', 'sip:a@h;lr?x=y', ';q=0.5'],
    ['""<sip:a@h>', '', 'sip:a@h', ''],
    ['sip:a@h;tag=1;x', '', 'sip:a@h', ';tag=1;x'],
    ['  sip:a@h ;tag=1 ', '', 'sip:a@h', ';tag=1'],
    ['B\u00c3\u00b6b <sip:a@h>', 'B\u00c3\u00b6b', 'sip:a@h', ''],
    ['< sip:a@h >', '', ' sip:a@h ', ''],
    ['+1 (555) a@b <tel:+1555>', '+1 (555) a@b', 'tel:+1555', ''],
  ])('reads %j', (value, display, uriText, params) => {
    expect(parseNameAddr(value)).toEqual({ display, uriText, params });
  });

  it.each([
    '',
    ' ',
    '<>',
    '<sip:a@h',
    'sip:a@h>',
    '"Bob <sip:a@h>',
    '"Bob" sip:a@h',
    '"Bob"',
    'Bob, Al <sip:a@h>',
    'sip:x@y <sip:a@h>',
    '<sip:a@h> x',
    '<sip:a@h>;',
    '<sip:a@h>;a="T\\',
    '<sip:a@h>, <sip:b@h>',
    '<sip:<a@h>>',
    'sip:a@h?x=y',
    'sip:a,b@h',
    'sip:a;b@h',
    'sip:a@h, sip:b@h',
    ';tag=1',
  ])('refuses %j', (value) => {
    expect(parseNameAddr(value)).toBeUndefined();
  });
});
