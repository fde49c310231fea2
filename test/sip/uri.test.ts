import { describe, expect, it } from 'vitest';
import { formatUri, parseUri, type SipUri, sameUri, unescapeUser, uriParam } from '../../src/sip/uri.js';

const parts = (text: string) => {
  const uri = parseUri(text);
  return uri && [uri.scheme, uri.user, uri.password, uri.host, uri.port, uri.params, uri.headers];
};

describe('parseUri', () => {
  it.each<[string, (string | number | undefined)[]]>([
    ['sip:h', ['sip', '', undefined, 'h', undefined, '', '']],
    ['SIPS:Al@h:5061', ['sips', 'Al', undefined, 'h', 5061, '', '']],
    ['sip:a:pw@h;lr;x=1?s=y&t=z', ['sip', 'a', 'pw', 'h', undefined, ';lr;x=1', 's=y&t=z']],
    ['sip:a:@h', ['sip', 'a', '', 'h', undefined, '', '']],
    ['sip:h?s=y', ['sip', '', undefined, 'h', undefined, '', 's=y']],
    ['sip:u;par=%40x@h;p', ['sip', 'u;par=%40x', undefined, 'h', undefined, ';p', '']],
    ['sip:+1-(555)/2?,x@h', ['sip', '+1-(555)/2?,x', undefined, 'h', undefined, '', '']],
    ['sip:*98#@h', ['sip', '*98#', undefined, 'h', undefined, '', '']],
    ['sip:a@[2001:db8::10:5070]', ['sip', 'a', undefined, '[2001:db8::10:5070]', undefined, '', '']],
    ['sip:a@[2001:db8::10]:5070', ['sip', 'a', undefined, '[2001:db8::10]', 5070, '', '']],
    ['sip:a@h;x=[::1]:/?[k]=/?:', ['sip', 'a', undefined, 'h', undefined, ';x=[::1]:/', '[k]=/?:']],
    ['tel:+421-2(3);ext=9', ['tel', '+421-2(3)', undefined, '', undefined, ';ext=9', '']],
    ['soap.beep://x.test:80/a', ['soap.beep', '//x.test:80/a', undefined, '', undefined, '', '']],
    ['mailto:a@h', ['mailto', 'a@h', undefined, '', undefined, '', '']],
  ])('reads %s', (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  it.each([
    '',
    'sip',
    'sip:',
    ':a@h',
    'sip:@h',
    'sip::pw@h',
    'sip:a@',
    'sip:a@h:',
    'sip:a@h:x',
    'sip:a@h:65536',
    'sip:a@h:999999999',
    'sip:a@h@i',
    'sip:a@h;x=@i',
    'sip:a:b:c@h',
    'sip:a b@h',
    'sip:a@h ',
    ' sip:a@h',
    'sip:a@h;x=<y>',
    'sip:a"@h',
    'sip:a@h\r\nX: y',
    'sip:a\0@h',
    'sip:%4@h',
    'sip:%4g@h',
    'sip:a@h;x=%',
    'sip:2001:db8::10',
    'sip:a@2001:db8::10',
    'sip:a@[2001:db8::10',
    'sip:a@[]',
    'sip:a@:]',
    'sip:a@h/x',
    '<sip:a@h>',
    'tel:',
    'tel:abcxyz',
    'tel:+1 2',
    '1x:y',
    's p:y',
    'x:',
    'x:a b',
  ])('refuses %j (P6, P7)', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  it.each([
    'sip:a:pw@h:5062;lr;x=1?s=y',
    'sips:h',
    'sip:a:@[::1]:5060;t',
    'tel:+1;ext=2',
    'urn:service:sos',
    'sip:h?a=b',
  ])('and formatUri are each other\u2019s inverse on %s', (text) => {
    expect(formatUri(parseUri(text) as SipUri)).toBe(text);
  });
});

describe('uriParam', () => {
  const uri = parseUri('sip:a@h;LR;Transport=TCP;empty=;__proto__=1?x=y') as SipUri;

  it('finds a parameter without case and gives its value as written', () => {
    expect(uriParam(uri, 'transport')).toBe('TCP');
    expect(uriParam(uri, 'TRANSPORT')).toBe('TCP');
  });

  it('gives an empty text for a parameter without value', () => {
    expect([uriParam(uri, 'lr'), uriParam(uri, 'empty')]).toEqual(['', '']);
  });

  it('gives undefined for an absent one, and never what objects inherit (P15)', () => {
    expect(uriParam(uri, 'maddr')).toBeUndefined();
    expect(uriParam(uri, 'constructor')).toBeUndefined();
    expect(uriParam(uri, '__proto__')).toBe('1');
    expect(uriParam(parseUri('sip:h') as SipUri, 'lr')).toBeUndefined();
  });
});

describe('sameUri (RFC 3261 19.1.4)', () => {
  const same = (a: string, b: string) => sameUri(parseUri(a) as SipUri, parseUri(b) as SipUri);

  it.each([
    ['sip:%61l@h.test;transport=TCP', 'sip:al@H.Test;Transport=tcp'],
    ['sip:c@h', 'sip:c@h;newparam=5'],
    ['sip:c@h;security=on', 'sip:c@h;newparam=5'],
    ['sip:h;transport=tcp;method=REGISTER?to=sip:b%40h', 'sip:h;method=REGISTER;transport=tcp?to=sip:b%40h'],
    ['sip:a@h?subject=x%20y&priority=urgent', 'sip:a@h?priority=urgent&subject=x%20y'],
    ['sip:a%2fb@h', 'sip:a%2Fb@h'],
    ['sip:a@[2001:DB8::0:1]', 'sip:a@[2001:db8::1]'],
    ['sip:a@h;x=%61', 'sip:a@h;X=A'],
    ['tel:+1-201-555', 'tel:+1201(555)'],
    ['tel:1;phone-context=+1;ext=2', 'tel:1;ext=2;phone-context=+1'],
    ['urn:service:sos', 'urn:service:sos'],
  ])('holds for %s and %s', (a, b) => {
    expect([same(a, b), same(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['sip:A@h', 'sip:a@h'],
    ['sip:a@h', 'sips:a@h'],
    ['sip:a@h', 'sip:a@h:5060'],
    ['sip:a@h', 'sip:a@h;transport=udp'],
    ['sip:a@h', 'sip:a@h;user=ip'],
    ['sip:a@h', 'sip:a@h;ttl=1'],
    ['sip:a@h', 'sip:a@h;method=INVITE'],
    ['sip:a@h', 'sip:a@h;maddr=h'],
    ['sip:a@h:6000', 'sip:a@h:6001'],
    ['sip:a@h', 'sip:a:@h'],
    ['sip:a:x@h', 'sip:a:y@h'],
    ['sip:a@h;p=1', 'sip:a@h;p=2'],
    ['sip:a@h', 'sip:a@h?x=y'],
    ['sip:a@h?x=y', 'sip:a@h?x=z'],
    ['sip:a@h?x=y', 'sip:a@h?z=y'],
    ['sip:a%2Fb@h', 'sip:a/b@h'],
    ['sip:a%2540b@h', 'sip:a%40b@h'],
    ['sip:%00@h', 'sip:%00%00@h'],
    ['sip:a@h', 'sip:h'],
    ['tel:+1', 'tel:+2'],
    ['tel:+1', 'tel:+1;ext=2'],
    ['urn:service:sos', 'urn:service:sos.fire'],
  ])('does not hold for %s and %s', (a, b) => {
    expect([same(a, b), same(b, a)]).toEqual([false, false]);
  });
});

describe('unescapeUser', () => {
  it('replaces every escape by its octet, once', () => {
    expect(unescapeUser('sips%3Auser%40h%2541')).toBe('sips:user@h%41');
    expect(unescapeUser('plain')).toBe('plain');
    expect(unescapeUser('%ff')).toBe('\u00ff');
  });

  it('keeps a NUL and what follows it (P13, RFC 4475 3.1.1.4)', () => {
    expect(unescapeUser('%00a')).toBe('\0a');
  });

  it('leaves half an escape alone', () => {
    expect(unescapeUser('50%')).toBe('50%');
    expect(unescapeUser('%4')).toBe('%4');
    expect(unescapeUser('%zz%41')).toBe('%zzA');
  });
});
