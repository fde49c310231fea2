import { describe, expect, it } from 'vitest';
import {
  afterFirstElement,
  areParams,
  countParam,
  headerParam,
  quotedEnd,
  splitList,
  unquote,
} from '../../src/sip/params.js';

describe('header parameters', () => {
  it('are found by name without case, with any white space', () => {
    expect(headerParam(';tag=1', 'tag')).toBe('1');
    expect(headerParam(';a=b ; TaG \t= x9 ;c', 'TAG')).toBe('x9');
  });

  it('are empty when they have no value, and undefined when absent', () => {
    expect(headerParam(';lr;x', 'lr')).toBe('');
    expect(headerParam(';lrx;x', 'lr')).toBeUndefined();
    expect(headerParam('', 'lr')).toBeUndefined();
  });

  it('come without quotes and escapes when quoted', () => {
    expect(headerParam(';a="x;b=\\"1\\", \\\\";b=2', 'a')).toBe('x;b="1", \\');
    expect(headerParam(';a="x;b=1";b=2', 'b')).toBe('2');
    expect(headerParam(';a=""', 'a')).toBe('');
  });

  it('may have names that objects have already (P15)', () => {
    expect(headerParam(';__proto__=1;constructor=2', 'constructor')).toBe('2');
    expect(headerParam(';x=1', '__proto__')).toBeUndefined();
  });

  it('keep the first of equal names, and can be counted', () => {
    expect(headerParam(';tag=1;tag=2', 'tag')).toBe('1');
    expect(countParam(';tag=1;x;TAG=2', 'tag')).toBe(2);
    expect(countParam(';x="tag=1;tag=2"', 'tag')).toBe(0);
  });

  it.each(['', ';a', ';a=b', ';a="b c"', '; a = b ; c', ';a=[::1]', ';a=b=c=='])('are well-formed: %j', (text) => {
    expect(areParams(text, 0, text.length)).toBe(true);
  });

  it.each([';', ';;', 'a', ';a=', ';a="b', ';a="b\\"', ';a=b c', ';a=b,c', ';a;=b', ';=b', ';a=<b>', ';a="T\\\\\\'])(
    'are malformed: %j (P7)',
    (text) => {
      expect(areParams(text, 0, text.length)).toBe(false);
    },
  );
});

describe('quoted strings', () => {
  it('end at the quote that no backslash precedes', () => {
    expect(quotedEnd('"a\\"b" c', 0, 8)).toBe(6);
    expect(quotedEnd('"a\\\\" c', 0, 7)).toBe(5);
    expect(quotedEnd('"abc', 0, 4)).toBe(-1);
    expect(quotedEnd('"abc\\"', 0, 6)).toBe(-1);
  });

  it('lose their quotes and quoted pairs', () => {
    expect(unquote('"a\\"\\\\b\\c"')).toBe('a"\\bc');
    expect(unquote('""')).toBe('');
  });
});

describe('lists', () => {
  it('split at commas, not at those in quotes or angle brackets (RFC 3261 7.3.1)', () => {
    expect(splitList('"A, B" <sip:a,b@h>;x="1,2" , sip:c@h,<sip:d@h?x=1,2>')).toEqual([
      '"A, B" <sip:a,b@h>;x="1,2"',
      'sip:c@h',
      '<sip:d@h?x=1,2>',
    ]);
  });

  it('ignore a quote inside angle brackets', () => {
    expect(splitList('<sip:a"b@h>, <sip:c@h>')).toEqual(['<sip:a"b@h>', '<sip:c@h>']);
  });

  it('leave out empty elements', () => {
    expect(splitList(' , a,, b ,')).toEqual(['a', 'b']);
    expect(splitList('')).toEqual([]);
  });

  it('take the rest as one element when a quote is not closed', () => {
    expect(splitList('a, "b, c')).toEqual(['a', '"b, c']);
  });

  it('lose their first element', () => {
    expect(afterFirstElement('<sip:a,b@h> ,  <sip:c@h>, d')).toBe('<sip:c@h>, d');
    expect(afterFirstElement(', a, b')).toBe('b');
    expect(afterFirstElement('a')).toBe('');
    expect(afterFirstElement('a , ,')).toBe('');
  });
});
