import { LazyDfa } from './dfa.js';
import type { Flavour, Reading } from './flavour.js';
import { compileNfa } from './nfa.js';
import { parsePattern } from './parse.js';
import type { Tree } from './tree.js';

/** A compiled POSIX regular expression, matched in linear time as glibc does it in the "C" locale. */
export class Pattern {
  #automaton: LazyDfa | undefined;

  constructor(
    /** As written: latin1 text, one unit a byte. */
    readonly source: string,
    readonly tree: Tree,
  ) {}

  /** Whether the expression is found anywhere in `subject` (latin1 text, cut at the first NUL). */
  test(subject: string): boolean {
    return this.automaton.matches(subject);
  }

  /** Built when first needed: thousands of rules load without it, and most of them are never reached. */
  get automaton(): LazyDfa {
    this.#automaton ??= new LazyDfa(compileNfa(this.tree));
    return this.#automaton;
  }
}

/**
 * Compiles an extended expression that ignores ASCII case: the language of rule files
 * (regcomp with REG_EXTENDED | REG_ICASE | REG_NOSUB). Throws PatternError.
 */
export function compileEre(pattern: string, reading: Reading = 'strict'): Pattern {
  return compile(pattern, { basic: false, ignoreCase: true, strict: reading === 'strict' });
}

/** Compiles a basic, case-sensitive expression: the language of the table `trusted` (REG_NOSUB). Throws PatternError. */
export function compileBre(pattern: string, reading: Reading = 'strict'): Pattern {
  return compile(pattern, { basic: true, ignoreCase: false, strict: reading === 'strict' });
}

function compile(pattern: string, flavour: Flavour): Pattern {
  return new Pattern(pattern, parsePattern(pattern, flavour));
}
