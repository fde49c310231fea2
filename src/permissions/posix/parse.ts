import type { ByteSet } from './byte-set.js';
import type { Flavour } from './flavour.js';
import { readInterval } from './interval.js';
import { Lexer, type Token } from './lexer.js';
import { PatternError } from './pattern-error.js';
import { EMPTY, expandedSize, type Tree } from './tree.js';

/** Bounds the depth of the recursion below; rule files have a limit of 255 of their own. */
const MAX_LENGTH = 1024;
const MAX_NODES_STRICT = 10_000;
const MAX_NODES_GLIBC = 100_000;

/** Parses a pattern given as latin1 text, one unit a byte. Throws PatternError. */
export function parsePattern(pattern: string, flavour: Flavour): Tree {
  refuseUnreadable(pattern);
  const tree = new Parser(pattern, flavour).parse();
  const limit = flavour.strict ? MAX_NODES_STRICT : MAX_NODES_GLIBC;
  if (expandedSize(tree) > limit) throw new PatternError('expression too complex', 0);
  return tree;
}

function refuseUnreadable(pattern: string): void {
  if (pattern.length > MAX_LENGTH) throw new PatternError(`expression longer than ${MAX_LENGTH} bytes`, MAX_LENGTH);
  for (let at = 0; at < pattern.length; at++) {
    const unit = pattern.charCodeAt(at);
    if (unit === 0 || unit > 255) throw new PatternError('a character that is not a byte of text', at);
  }
}

/** Recursive descent over POSIX 9.5.3 with glibc's liberties: empty branches, repeated repeats, a stray `)` in ERE. */
class Parser {
  readonly #lexer: Lexer;
  #token: Token;

  constructor(
    readonly pattern: string,
    readonly flavour: Flavour,
  ) {
    this.#lexer = new Lexer(pattern, flavour);
    this.#token = this.#lexer.tokenAt(0, true);
  }

  parse(): Tree {
    return this.#alternatives(0);
  }

  #advance(opening = false): void {
    this.#token = this.#lexer.tokenAt(this.#token.end, opening);
  }

  #alternatives(depth: number): Tree {
    const branches = [this.#branch(depth)];
    while (this.#token.kind === 'alt') {
      this.#advance(true);
      branches.push(this.#branch(depth));
    }
    return branches.length === 1 ? (branches[0] as Tree) : { kind: 'alt', items: branches };
  }

  #branch(depth: number): Tree {
    const items: Tree[] = [];
    while (!this.#atBranchEnd(depth)) items.push(this.#piece(depth));
    return items.length === 1 ? (items[0] as Tree) : { kind: 'concat', items };
  }

  #atBranchEnd(depth: number): boolean {
    const { kind } = this.#token;
    return kind === 'end' || kind === 'alt' || (kind === 'close' && depth > 0);
  }

  #piece(depth: number): Tree {
    // An anchor takes no repeat: what follows it is the begin of the next piece.
    if (this.#token.kind === 'assert') return this.#assertion();
    return this.#repeats(this.#atom(depth));
  }

  #assertion(): Tree {
    const items = this.#token.assertions.map((assertion): Tree => ({ kind: 'assert', assertion }));
    this.#advance();
    return items.length === 1 ? (items[0] as Tree) : { kind: 'alt', items };
  }

  #atom(depth: number): Tree {
    switch (this.#token.kind) {
      case 'open':
        return this.#group(depth);
      case 'repeat':
        return this.#literal(!this.flavour.basic, 'nothing to repeat');
      case 'interval':
        return this.#literal(true, 'nothing to repeat');
      case 'close':
        return this.#literal(this.flavour.basic, 'unmatched "\\)"');
      default:
        return this.#leaf(this.#token.set);
    }
  }

  /** An operator where none can be: an error, or the character itself. */
  #literal(isError: boolean, message: string): Tree {
    if (isError) throw new PatternError(message, this.#token.start);
    return this.#leaf(this.#token.set);
  }

  #leaf(set: ByteSet): Tree {
    this.#advance();
    return { kind: 'bytes', set };
  }

  #group(depth: number): Tree {
    const { start } = this.#token;
    this.#advance(true);
    const tree = this.#alternatives(depth + 1);
    if (this.#token.kind !== 'close') throw new PatternError(`unmatched "${this.flavour.basic ? '\\(' : '('}"`, start);
    this.#advance();
    return tree;
  }

  #repeats(atom: Tree): Tree {
    let tree = atom;
    while (this.#token.kind === 'repeat' || this.#token.kind === 'interval') {
      tree = this.#repeat(tree);
      if (this.flavour.basic) this.#refuseSecondRepeat();
    }
    return tree;
  }

  #repeat(item: Tree): Tree {
    const { min, max, end } = this.#bounds();
    this.#token = this.#lexer.tokenAt(end, false);
    return max === 0 ? EMPTY : { kind: 'repeat', item, min, max };
  }

  #bounds(): { min: number; max: number; end: number } {
    const { kind, start, end } = this.#token;
    if (kind === 'interval') return readInterval(this.pattern, start, end, this.flavour);
    const operator = this.pattern[end - 1];
    return { min: operator === '+' ? 1 : 0, max: operator === '?' ? 1 : Number.POSITIVE_INFINITY, end };
  }

  /** BRE: `a**` and `a*\{2\}` are errors, while `a*\+` is not. */
  #refuseSecondRepeat(): void {
    const { kind, start } = this.#token;
    if (kind === 'interval' || (kind === 'repeat' && this.pattern[start] === '*')) {
      throw new PatternError('a repeat of a repeat', start);
    }
  }
}
