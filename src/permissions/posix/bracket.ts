import { ByteSet, upperByte } from './byte-set.js';
import { characterClass } from './character-classes.js';
import { PatternError } from './pattern-error.js';

export interface Bracket {
  readonly set: ByteSet;
  /** Offset of the first byte after the closing bracket. */
  readonly end: number;
}

/** One element between the brackets; `byte` is there when it may begin or end a range. */
interface Element {
  readonly set: ByteSet;
  readonly byte: number | undefined;
}

/**
 * Reads the bracket expression that opens at `open`, POSIX 9.3.5 as glibc does it: a backslash is an ordinary byte,
 * `]` is literal in first place, `-` in first or last place or as end point of a range. Under ignore-case the
 * elements and end points are upper-cased before anything else. Throws PatternError.
 */
export function readBracket(pattern: string, open: number, ignoreCase: boolean): Bracket {
  return new BracketReader(pattern, open, ignoreCase).read();
}

class BracketReader {
  #at: number;

  constructor(
    readonly pattern: string,
    readonly open: number,
    readonly ignoreCase: boolean,
  ) {
    this.#at = open + 1;
  }

  read(): Bracket {
    const negated = this.pattern[this.#at] === '^';
    if (negated) this.#at++;
    const listed = this.#readList();
    const set = negated ? listed.complement() : listed;
    return { set: this.ignoreCase ? set.folded() : set, end: this.#at };
  }

  #readList(): ByteSet {
    const items = [this.#readItem(true)];
    while (this.#peek() !== ']') items.push(this.#readItem(false));
    this.#at++;
    return ByteSet.union(...items);
  }

  #readItem(first: boolean): ByteSet {
    const start = this.#at;
    if (this.#peek() === '-' && !first && this.#peek(1) !== ']')
      throw new PatternError('"-" must be the first or the last in brackets', start);
    const element = this.#readElement();
    const isRange = this.#peek() === '-' && this.#peek(1) !== ']' && element.byte !== undefined;
    return isRange ? this.#readRange(element, start) : element.set;
  }

  #readRange(from: Element, start: number): ByteSet {
    this.#at++;
    const to = this.#readElement();
    if (from.byte === undefined || to.byte === undefined) throw new PatternError('a class can not end a range', start);
    if (from.byte > to.byte) throw new PatternError('range out of order', start);
    return ByteSet.range(from.byte, to.byte);
  }

  #readElement(): Element {
    const kind = this.#peek() === '[' ? this.#peek(1) : '';
    if (kind === ':' || kind === '.' || kind === '=') return this.#readNamed(kind);
    return this.#single(this.#at++);
  }

  /** `[:name:]`, `[.c.]`, `[=c=]`. */
  #readNamed(kind: ':' | '.' | '='): Element {
    const start = this.#at;
    const end = this.pattern.indexOf(`${kind}]`, start + 2);
    if (end < 0) throw new PatternError(`"[${kind}" without "${kind}]"`, start);
    const name = this.pattern.slice(start + 2, end);
    this.#at = end + 2;
    if (kind === ':') return this.#namedClass(name, start);
    if (name.length !== 1) throw new PatternError(`unknown collating element "${name}"`, start);
    const { set, byte } = this.#single(start + 2);
    return { set, byte: kind === '.' ? byte : undefined };
  }

  #namedClass(name: string, start: number): Element {
    const set = characterClass(name, this.ignoreCase);
    if (set === undefined) throw new PatternError(`unknown character class "[:${name}:]"`, start);
    return { set, byte: undefined };
  }

  #single(at: number): Element {
    const raw = this.pattern.charCodeAt(at);
    const byte = this.ignoreCase ? upperByte(raw) : raw;
    return { set: ByteSet.of(byte), byte };
  }

  #peek(ahead = 0): string {
    const char = this.pattern[this.#at + ahead];
    if (char === undefined) throw new PatternError('"[" without "]"', this.open);
    return char;
  }
}
