import { AFTER, ANYTHING, type Assertion, BEFORE } from './assertion.js';
import type { ByteSet } from './byte-set.js';
import { expandedSize, type Tree } from './tree.js';

export const OP = { ACCEPT: 0, BYTES: 1, SPLIT: 2, ASSERT: 3 } as const;

/**
 * Thompson's automaton as columns, one row a node.
 * BYTES: `arg` is an index of `sets`. SPLIT: `arg` is the second successor. ASSERT: `arg` is `before << 4 | after`.
 */
export interface Nfa {
  readonly op: Uint8Array;
  readonly arg: Int32Array;
  readonly next: Int32Array;
  readonly sets: readonly ByteSet[];
  readonly start: number;
  readonly size: number;
  /** Some assertion tells word bytes from others. */
  readonly looksAtWords: boolean;
  /** Some assertion treats a line feed specially. */
  readonly looksAtNewlines: boolean;
}

/** Compiles a tree whose expanded size was checked before. */
export function compileNfa(tree: Tree): Nfa {
  return new NfaBuilder(expandedSize(tree) + 1).build(tree);
}

/** Works from the end to the begin: a node is made when its successor is known. */
class NfaBuilder {
  readonly #op: Uint8Array;
  readonly #arg: Int32Array;
  readonly #next: Int32Array;
  readonly #sets = new Map<ByteSet, number>();
  #size = 0;
  #looksAtWords = false;
  #looksAtNewlines = false;

  constructor(capacity: number) {
    this.#op = new Uint8Array(capacity);
    this.#arg = new Int32Array(capacity);
    this.#next = new Int32Array(capacity);
  }

  build(tree: Tree): Nfa {
    const start = this.#compile(tree, this.#node(OP.ACCEPT, 0, 0));
    return {
      op: this.#op,
      arg: this.#arg,
      next: this.#next,
      sets: [...this.#sets.keys()],
      start,
      size: this.#size,
      looksAtWords: this.#looksAtWords,
      looksAtNewlines: this.#looksAtNewlines,
    };
  }

  #node(op: number, arg: number, next: number): number {
    const node = this.#size++;
    this.#op[node] = op;
    this.#arg[node] = arg;
    this.#next[node] = next;
    return node;
  }

  /** Answers the node where `tree` begins when it is to be followed by `next`. */
  #compile(tree: Tree, next: number): number {
    switch (tree.kind) {
      case 'bytes':
        return this.#node(OP.BYTES, this.#setIndex(tree.set), next);
      case 'assert':
        return this.#assert(tree.assertion, next);
      case 'concat':
        return tree.items.reduceRight((after, item) => this.#compile(item, after), next);
      case 'alt':
        return this.#alternatives(tree.items, next);
      case 'repeat':
        return this.#repeat(tree.item, tree.min, tree.max, next);
    }
  }

  #setIndex(set: ByteSet): number {
    const known = this.#sets.get(set);
    if (known !== undefined) return known;
    this.#sets.set(set, this.#sets.size);
    return this.#sets.size - 1;
  }

  #assert({ before, after }: Assertion, next: number): number {
    this.#looksAtWords ||= differ(before, BEFORE.WORD, BEFORE.OTHER) || differ(after, AFTER.WORD, AFTER.OTHER);
    this.#looksAtNewlines ||= differ(before, BEFORE.NEWLINE, BEFORE.OTHER) || differ(after, AFTER.NEWLINE, AFTER.OTHER);
    return this.#node(OP.ASSERT, (before << 4) | (after & ANYTHING), next);
  }

  #alternatives(items: readonly Tree[], next: number): number {
    const begins = items.map((item) => this.#compile(item, next));
    return begins.reduceRight((rest, begin) => this.#node(OP.SPLIT, rest, begin));
  }

  #repeat(item: Tree, min: number, max: number, next: number): number {
    let begin = max === Number.POSITIVE_INFINITY ? this.#loop(item, next) : this.#optional(item, max - min, next);
    for (let copy = 0; copy < min; copy++) begin = this.#compile(item, begin);
    return begin;
  }

  #loop(item: Tree, next: number): number {
    const split = this.#node(OP.SPLIT, next, next);
    this.#next[split] = this.#compile(item, split);
    return split;
  }

  /** `x{0,3}` as `(x(x(x)?)?)?`. */
  #optional(item: Tree, copies: number, next: number): number {
    let begin = next;
    for (let copy = 0; copy < copies; copy++) begin = this.#node(OP.SPLIT, next, this.#compile(item, begin));
    return begin;
  }
}

function differ(mask: number, one: number, other: number): boolean {
  return ((mask & one) !== 0) !== ((mask & other) !== 0);
}
