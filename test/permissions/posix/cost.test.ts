import { describe, expect, it } from 'vitest';
import { compileEre } from '../../../src/permissions/posix/pattern.js';
import { expandedSize } from '../../../src/permissions/posix/tree.js';

const SUBJECT_LENGTH = 256;
/** Two bytes (with NUL the end) of 64 k cells. */
const MOST_CELLS = 65_536;

describe('patterns that take a backtracking engine for ever (security P16)', () => {
  it.each([
    ['^(a|a)*$', 'a'],
    ['^(a+)+$', 'a'],
    ['^(a*)*b$', 'a'],
    ['^sip:([0-9]+)*@x$', '1'],
    ['^(.*)(.*)(.*)(.*)(.*)(.*)x$', 'a'],
    ['(a?){50}a{50}', 'a'],
    ['(.*a){20}', 'ab'],
    ['(x+x+)+y', 'x'],
    ['([a-z]+)*[a-z]{40}$', 'q'],
    ['.*a.{12}$', 'ab'],
    ['(a|b)*a(a|b){14}\\>-', 'abb'],
  ])('%s visits no more than bytes times nodes', (pattern, filling) => {
    const { tree } = compileEre(pattern);
    const begins = pattern.startsWith('^sip:') ? 'sip:' : '';
    const subject = `${begins}${filling.repeat(SUBJECT_LENGTH)}`.slice(0, SUBJECT_LENGTH - 1);
    for (const end of ['!', '-', filling]) {
      const fresh = compileEre(pattern);
      fresh.test(subject + end);
      // Each byte costs at most: the nodes that wait for it, settled once, and the nodes it leads to.
      expect(fresh.automaton.work).toBeLessThanOrEqual((SUBJECT_LENGTH + 4) * 2 * (expandedSize(tree) + 1));
    }
  });

  it('costs nothing but table look-ups when the same subject comes again', () => {
    const pattern = compileEre('^sip:[0-9]{4}@abc\\.com$');
    pattern.test('sip:1234@abc.com');
    const { work } = pattern.automaton;
    expect(pattern.test('sip:1234@abc.com')).toBe(true);
    expect(pattern.automaton.work).toBe(work);
  });

  it('forgets its states when the table is full, and goes on matching', () => {
    const pattern = compileEre('[ab].*a.{16}c');
    let bits = 1;
    let matched = 0;
    for (let round = 0; round < 2_000; round++) {
      let subject = '';
      for (let at = 0; at < 200; at++) {
        bits = (Math.imul(bits, 1_103_515_245) + 12_345) >>> 0;
        subject += 'ab'[(bits >>> 16) & 1];
      }
      const expected = round % 2 === 0;
      if (pattern.test(expected ? `${subject}a0123456789abcdefc` : subject)) matched++;
    }
    expect(matched).toBe(1_000);
    expect(pattern.automaton.cells).toBeLessThanOrEqual(MOST_CELLS);
    expect(pattern.automaton.flushes).toBeGreaterThan(0);
  });

  it('keeps an anchored expression to a few states', () => {
    const pattern = compileEre('^sip:361[0-9]*@abc\\.com$');
    for (let user = 0; user < 1_000; user++) pattern.test(`sip:361${user}@abc.com`);
    expect(pattern.automaton.work).toBeLessThan(200);
  });
});
