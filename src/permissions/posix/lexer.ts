import { type Assertion, CARET, DOLLAR, ESCAPED_ASSERTIONS } from './assertion.js';
import { readBracket } from './bracket.js';
import { ByteSet, upperByte } from './byte-set.js';
import { ANY_BYTES, SPACE_BYTES, WORD_BYTES } from './character-classes.js';
import type { Flavour } from './flavour.js';
import { PatternError } from './pattern-error.js';

export type TokenKind = 'bytes' | 'assert' | 'open' | 'close' | 'alt' | 'repeat' | 'interval' | 'brace' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Where the token begins and what follows it, offsets in the pattern. */
  readonly start: number;
  readonly end: number;
  /** What a `bytes` token matches; for an operator, what it matches where it is taken literally. */
  readonly set: ByteSet;
  /** One of these must hold (kind `assert`). */
  readonly assertions: readonly Assertion[];
}

const NO_ASSERTIONS: readonly Assertion[] = [];

/** Operators of ERE; in BRE the ones of the second group need a backslash. */
const ALWAYS: ReadonlyMap<string, TokenKind> = new Map([['*', 'repeat']]);
const ESCAPED_WHEN_BASIC: ReadonlyMap<string, TokenKind> = new Map([
  ['(', 'open'],
  [')', 'close'],
  ['|', 'alt'],
  ['+', 'repeat'],
  ['?', 'repeat'],
  ['{', 'interval'],
  ['}', 'brace'],
]);

const ESCAPED_CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['w', WORD_BYTES],
  ['W', WORD_BYTES.complement()],
  ['s', SPACE_BYTES],
  ['S', SPACE_BYTES.complement()],
]);

/** Splits a pattern into tokens the way glibc's regcomp does. */
export class Lexer {
  constructor(
    readonly pattern: string,
    readonly flavour: Flavour,
  ) {}

  /**
   * The token at `start`. `opening` says that an expression, a group or an alternative begins here,
   * the only place where BRE takes `^` for an anchor. Throws PatternError.
   */
  tokenAt(start: number, opening: boolean): Token {
    const char = this.pattern[start];
    if (char === undefined) return token('end', start, 0);
    if (char === '\\') return this.#escaped(start);
    if (char === '[') return this.#bracket(start);
    if (char === '.') return token('bytes', start, 1, ANY_BYTES);
    if (char === '^' && (opening || !this.flavour.basic)) return token('assert', start, 1, undefined, CARET);
    if (char === '$' && this.#isEndAnchor(start)) return token('assert', start, 1, undefined, DOLLAR);
    const operator = ALWAYS.get(char) ?? (this.flavour.basic ? undefined : ESCAPED_WHEN_BASIC.get(char));
    return token(operator ?? 'bytes', start, 1, this.#literal(start));
  }

  #bracket(start: number): Token {
    const { set, end } = readBracket(this.pattern, start, this.flavour.ignoreCase);
    return token('bytes', start, end - start, set);
  }

  #isEndAnchor(start: number): boolean {
    if (!this.flavour.basic || start + 1 === this.pattern.length) return true;
    return this.pattern.startsWith('\\|', start + 1) || this.pattern.startsWith('\\)', start + 1);
  }

  #escaped(start: number): Token {
    const char = this.pattern[start + 1];
    if (char === undefined) throw new PatternError('backslash at the end', start);
    if (char >= '1' && char <= '9') throw new PatternError('back-references are not supported', start);
    const assertions = ESCAPED_ASSERTIONS.get(char);
    if (assertions !== undefined) return token('assert', start, 2, undefined, assertions);
    const operator = this.flavour.basic ? ESCAPED_WHEN_BASIC.get(char) : undefined;
    return token(operator ?? 'bytes', start, 2, ESCAPED_CLASSES.get(char) ?? this.#escapedLiteral(start, char));
  }

  /** glibc upper-cases the subject but not the escaped letter, so that `\d` and its like never match. */
  #escapedLiteral(start: number, char: string): ByteSet {
    const { ignoreCase, strict } = this.flavour;
    if (ignoreCase && strict && char >= 'a' && char <= 'z') {
      throw new PatternError(`"\\${char}" matches nothing in a POSIX expression`, start);
    }
    return literalSet(char.charCodeAt(0), ignoreCase);
  }

  #literal(at: number): ByteSet {
    const byte = this.pattern.charCodeAt(at);
    const { ignoreCase } = this.flavour;
    return literalSet(ignoreCase ? upperByte(byte) : byte, ignoreCase);
  }
}

function token(
  kind: TokenKind,
  start: number,
  length: number,
  set: ByteSet = ANY_BYTES,
  assertions: readonly Assertion[] = NO_ASSERTIONS,
): Token {
  return { kind, start, end: start + length, set, assertions };
}

const EXACT: readonly ByteSet[] = Array.from({ length: 256 }, (_, byte) => ByteSet.of(byte));
const FOLDED: readonly ByteSet[] = EXACT.map((set) => set.folded());

/** One shared set per byte: ten thousand rules have the same few letters. */
function literalSet(byte: number, ignoreCase: boolean): ByteSet {
  return (ignoreCase ? FOLDED : EXACT)[byte] as ByteSet;
}
