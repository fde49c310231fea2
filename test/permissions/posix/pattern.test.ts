import { describe, expect, it } from 'vitest';
import { compileBre, compileEre } from '../../../src/permissions/posix/pattern.js';
import { PatternError } from '../../../src/permissions/posix/pattern-error.js';

/** The message and the offset that a pattern is refused with. */
function refusal(pattern: string, compile = compileEre): string {
  try {
    compile(pattern);
  } catch (error) {
    if (error instanceof PatternError) return `${error.offset}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a refused expression names the place', () => {
  it.each([
    ['a{x}', '1: invalid interval'],
    ['ab{3,1}', '2: invalid interval'],
    ['a{}', '1: invalid interval'],
    ['a{1', '1: interval without "}"'],
    ['a|*b', '2: nothing to repeat'],
    ['a({2})', '2: nothing to repeat'],
    ['^*', '1: nothing to repeat'],
    ['(?:a)', '1: nothing to repeat'],
    ['x(a', '1: unmatched "("'],
    ['ab\\', '2: backslash at the end'],
    ['x[ab', '1: "[" without "]"'],
    ['[]', '0: "[" without "]"'],
    ['[z-a]', '1: range out of order'],
    ['[a-c-e]', '4: "-" must be the first or the last in brackets'],
    ['[x[:foo:]]', '2: unknown character class "[:foo:]"'],
    ['[x[:alpha]', '2: "[:" without ":]"'],
    ['[[.hyphen.]]', '1: unknown collating element "hyphen"'],
    ['[[=a=]-c]', '6: "-" must be the first or the last in brackets'],
    ['[a-[:digit:]]', '1: a class can not end a range'],
    ['a\u0100', '1: a character that is not a byte of text'],
    ['a\0', '1: a character that is not a byte of text'],
  ])('%j', (pattern, message) => {
    expect(refusal(pattern)).toBe(message);
  });

  it('refuses back-references', () => {
    expect(refusal('(a)\\1')).toBe('3: back-references are not supported');
  });

  it.each(['\\d', '\\t', '\\n', '\\z'])('refuses %s, which matches nothing in glibc', (escaped) => {
    expect(refusal(`a${escaped}`)).toBe(`1: "${escaped}" matches nothing in a POSIX expression`);
    expect(compileEre(escaped, 'glibc').test('d5\t\nz')).toBe(false);
  });

  it('refuses an interval above 255, which glibc would take', () => {
    expect(refusal('a{256}')).toBe('1: interval above 255');
    expect(refusal('a{0,255}')).toBe('accepted');
    expect(compileEre('^a{256}$', 'glibc').test('a'.repeat(256))).toBe(true);
  });

  it('refuses what grows beyond 10,000 nodes, however it is nested', () => {
    expect(refusal('(a{100}){100}')).toBe('accepted');
    expect(refusal('(a{101}){100}')).toBe('0: expression too complex');
    expect(refusal('((((((){255}){255}){255}){255}){255}){255}')).toBe('0: expression too complex');
    expect(refusal('((((((a*)*){255}){255}){255}){255}){255}')).toBe('0: expression too complex');
  });

  it('refuses a pattern of more than 1024 bytes, so that nesting is bounded', () => {
    expect(refusal('('.repeat(1025))).toBe('1024: expression longer than 1024 bytes');
    expect(refusal('('.repeat(512) + ')'.repeat(512))).toBe('accepted');
  });

  it('speaks of \\( and \\} in a basic expression', () => {
    expect(refusal('\\(a', compileBre)).toBe('0: unmatched "\\("');
    expect(refusal('a\\)', compileBre)).toBe('1: unmatched "\\)"');
    expect(refusal('a\\{1', compileBre)).toBe('1: interval without "\\}"');
    expect(refusal('a**', compileBre)).toBe('2: a repeat of a repeat');
  });
});

describe('an expression sees bytes', () => {
  it('ignores the case of ASCII letters only', () => {
    expect(compileEre('k').test('\u00e9K')).toBe(true);
    expect(compileEre('\xe9').test('\xc9')).toBe(false);
  });

  it('takes the first NUL for the end of the subject', () => {
    expect(compileEre('^a$').test('a\0b')).toBe(true);
    expect(compileEre('b').test('a\0b')).toBe(false);
  });

  it('refuses a subject that is no latin1 text, instead of guessing', () => {
    expect(() => compileEre('b').test('a\u0141b')).toThrow(RangeError);
  });
});

describe('word boundaries and anchors', () => {
  it.each([
    ['\\<bob\\>', 'sip:bob@x', true],
    ['\\<bob\\>', 'sip:bobby@x', false],
    ['\\bx$', 'a x', true],
    ['a\\Bb', 'ab', true],
    ['\\B', '', true],
    ['\\b', '', false],
    ['(^|[^0-9])1$', 'sip:1', true],
    ['a^b', 'a^b', false],
    ['a$b', 'a$b', false],
    ["a\\'", 'xa', true],
    ['\\`a', 'xa', false],
  ])('%s on %j is %s', (pattern, subject, matches) => {
    expect(compileEre(pattern).test(subject)).toBe(matches);
  });

  it('lets $ hold before and ^ after a line feed that the match itself reads, as glibc does', () => {
    expect(compileEre('a$.b').test('a\nb')).toBe(true);
    expect(compileEre('a.^b').test('a\nb')).toBe(true);
    expect(compileEre('a$').test('a\nb')).toBe(false);
    expect(compileEre('^b').test('a\nb')).toBe(false);
  });
});
