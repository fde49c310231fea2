import { ANYTHING } from './assertion.js';
import { type Nfa, OP } from './nfa.js';

/** As `after`: what follows is not known yet, so assertions that look ahead wait for it. */
export const UNKNOWN = 0;

export interface Reached {
  /** Nodes that read a byte. */
  readonly readers: readonly number[];
  /** Assertions that hold as far as one can tell without knowing what follows. */
  readonly waiting: readonly number[];
  /** The end of the expression was reached. */
  readonly accepted: boolean;
}

/** Finds the nodes that are reached without reading a byte. */
export class Closure {
  /** Nodes visited since the automaton was made: the cost of matching, counted. */
  visits = 0;
  readonly #nfa: Nfa;
  readonly #seen: Uint32Array;
  readonly #stack: number[] = [];
  #search = 0;
  #readers: number[] = [];
  #waiting: number[] = [];
  #accepted = false;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#seen = new Uint32Array(nfa.size);
  }

  /** What is reached from `roots` at a place that `before` (BEFORE) precedes and `after` (AFTER or UNKNOWN) follows. */
  from(roots: readonly number[], before: number, after: number): Reached {
    this.#readers = [];
    this.#waiting = [];
    this.#accepted = false;
    this.#search++;
    for (const root of roots) this.#push(root);
    for (let node = this.#stack.pop(); node !== undefined; node = this.#stack.pop()) this.#visit(node, before, after);
    return { readers: this.#readers, waiting: this.#waiting, accepted: this.#accepted };
  }

  #push(node: number): void {
    if (this.#seen[node] === this.#search) return;
    this.#seen[node] = this.#search;
    this.#stack.push(node);
  }

  #visit(node: number, before: number, after: number): void {
    this.visits++;
    const { op, arg, next } = this.#nfa;
    if (op[node] === OP.BYTES) this.#readers.push(node);
    else if (op[node] === OP.ACCEPT) this.#accepted = true;
    else if (op[node] === OP.ASSERT) this.#assert(node, before, after);
    else {
      this.#push(next[node] as number);
      this.#push(arg[node] as number);
    }
  }

  #assert(node: number, before: number, after: number): void {
    const assertion = this.#nfa.arg[node] as number;
    if (((assertion >> 4) & before) === 0) return;
    const ahead = assertion & ANYTHING;
    if (ahead === ANYTHING || (ahead & after) !== 0) this.#push(this.#nfa.next[node] as number);
    else if (after === UNKNOWN) this.#waiting.push(node);
  }
}
