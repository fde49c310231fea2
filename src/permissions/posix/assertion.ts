/**
 * Assertions look at what stands before and after a place in the subject, without reading it.
 * glibc's word for the two sides is "context"; here each side is one of a few kinds and an assertion
 * is the set of kinds that it accepts on either side.
 */
export const BEFORE = {
  /** The begin of the subject. */
  BEGIN: 1,
  WORD: 2,
  /** A line feed that this very match has read: glibc lets `^` hold there even without REG_NEWLINE. */
  NEWLINE: 4,
  OTHER: 8,
} as const;

export const AFTER = {
  WORD: 1,
  /** A line feed that is going to be read: glibc lets `$` hold there, but not for a match that ends before it. */
  NEWLINE: 2,
  OTHER: 4,
  /** The end of the subject. */
  END: 8,
} as const;

export const ANYTHING = 15;
const NOT_WORD_BEFORE = ANYTHING & ~BEFORE.WORD;
const NOT_WORD_AFTER = ANYTHING & ~AFTER.WORD;

export interface Assertion {
  readonly before: number;
  readonly after: number;
}

const LINE_BEGIN: Assertion = { before: BEFORE.BEGIN | BEFORE.NEWLINE, after: ANYTHING };
const LINE_END: Assertion = { before: ANYTHING, after: AFTER.END | AFTER.NEWLINE };
const WORD_BEGIN: Assertion = { before: NOT_WORD_BEFORE, after: AFTER.WORD };
const WORD_END: Assertion = { before: BEFORE.WORD, after: NOT_WORD_AFTER };
const INSIDE_WORD: Assertion = { before: BEFORE.WORD, after: AFTER.WORD };
const OUTSIDE_WORD: Assertion = { before: NOT_WORD_BEFORE, after: NOT_WORD_AFTER };

/** `^` and `$`: one of the assertions must hold. */
export const CARET: readonly Assertion[] = [LINE_BEGIN];
export const DOLLAR: readonly Assertion[] = [LINE_END];

/** The assertions written with a backslash, by the character after it: one of them must hold. */
export const ESCAPED_ASSERTIONS: ReadonlyMap<string, readonly Assertion[]> = new Map([
  ['<', [WORD_BEGIN]],
  ['>', [WORD_END]],
  ['b', [WORD_BEGIN, WORD_END]],
  ['B', [INSIDE_WORD, OUTSIDE_WORD]],
  ['`', [{ before: BEFORE.BEGIN, after: ANYTHING }]],
  ["'", [{ before: ANYTHING, after: AFTER.END }]],
]);
