import { AFTER, BEFORE } from './assertion.js';
import { type ByteClasses, byteClasses, END_CLASS } from './byte-classes.js';
import type { ByteSet } from './byte-set.js';
import { WORD_BYTES } from './character-classes.js';
import { Closure, UNKNOWN } from './closure.js';
import type { Nfa } from './nfa.js';
import { CELL, type State, StateTable, type Waiting } from './state-table.js';

const LINE_FEED = 0x0a;

/** Nodes at which the automaton arrives, and what it has just read. */
interface Arrival {
  readonly roots: readonly number[];
  readonly before: number;
}

/**
 * A deterministic automaton that is built state by state while subjects are matched, so that matching costs one
 * table look-up a byte. Searches everywhere in the subject and stops at the first match.
 */
export class LazyDfa {
  readonly #nfa: Nfa;
  readonly #classes: ByteClasses;
  readonly #closure: Closure;
  readonly #table: StateTable;
  /** No match can begin after the first byte: a state without nodes is then the end. */
  readonly #anchored: boolean;
  #start: number = CELL.UNBUILT;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#classes = byteClasses(nfa);
    this.#closure = new Closure(nfa);
    this.#table = new StateTable(this.#classes.sample.length);
    this.#anchored = !this.#canBeginAfter(BEFORE.WORD) && !this.#canBeginAfter(BEFORE.OTHER);
  }

  /** Nodes visited so far while building states: what matching has cost beyond one look-up a byte. */
  get work(): number {
    return this.#closure.visits;
  }

  /** How often the table was full and everything was forgotten. */
  get flushes(): number {
    return this.#table.flushes;
  }

  /** Cells that the table holds now. */
  get cells(): number {
    return this.#table.cells.length;
  }

  /** Whether the expression is found in `subject`: latin1 text, one unit a byte, ended by the first NUL. */
  matches(subject: string): boolean {
    const { classOf } = this.#classes;
    if (this.#start === CELL.UNBUILT) this.#start = this.#begin();
    let row = this.#start;
    let { cells } = this.#table;
    for (let at = 0; row > CELL.MATCH; at++) {
      const column = at < subject.length ? classOf[subject.charCodeAt(at)] : END_CLASS;
      if (column === undefined) throw new RangeError('the subject is not latin1 text');
      let next = cells[row + column] as number;
      if (next === CELL.UNBUILT) {
        next = this.#build(row, column);
        cells = this.#table.cells;
      }
      row = next;
    }
    return row === CELL.MATCH;
  }

  #canBeginAfter(before: number): boolean {
    const { readers, waiting, accepted } = this.#closure.from([this.#nfa.start], before, UNKNOWN);
    return accepted || readers.length + waiting.length > 0;
  }

  #begin(): number {
    return this.#arrive([{ roots: [this.#nfa.start], before: BEFORE.BEGIN }]);
  }

  #build(row: number, column: number): number {
    const { flushes } = this.#table;
    const next = this.#step(this.#table.stateAt(row), column);
    // When the table was emptied to make room for the next state, this row is gone, and the first one too.
    if (flushes === this.#table.flushes) this.#table.cells[row + column] = next;
    else this.#start = CELL.UNBUILT;
    return next;
  }

  #step(state: State, column: number): number {
    const byte = this.#classes.sample[column] as number;
    const readers = this.#settle(state, byte);
    if (readers === undefined) return CELL.MATCH;
    return column === END_CLASS ? CELL.DEAD : this.#read(readers, byte);
  }

  /** The nodes that can read `byte` (0: the end) now that assertions know it; undefined when a match ends before it. */
  #settle(state: State, byte: number): readonly number[] | undefined {
    if (state.waiting.length === 0) return state.readers;
    const readers = [...state.readers];
    for (const waiting of state.waiting) {
      const reached = this.#closure.from(waiting.nodes, waiting.before, afterOf(byte));
      if (byte === LINE_FEED ? this.#endsBeforeLineFeed(waiting) : reached.accepted) return undefined;
      readers.push(...reached.readers);
    }
    return readers;
  }

  /** glibc lets `$` hold before a line feed for a match that goes on to read it, not for one that ends there. */
  #endsBeforeLineFeed({ nodes, before }: Waiting): boolean {
    return this.#closure.from(nodes, before, AFTER.OTHER).accepted;
  }

  #read(readers: readonly number[], byte: number): number {
    const { sets, arg, next } = this.#nfa;
    const roots: number[] = [];
    for (const node of readers) {
      if ((sets[arg[node] as number] as ByteSet).has(byte)) roots.push(next[node] as number);
    }
    const before = WORD_BYTES.has(byte) ? BEFORE.WORD : BEFORE.OTHER;
    // Likewise `^` holds after a line feed for a match that has read it, not for one that begins there.
    if (byte === LINE_FEED) return this.#arrive([{ roots, before: BEFORE.NEWLINE }, this.#restart(before)]);
    return this.#arrive([{ roots: [...roots, this.#nfa.start], before }]);
  }

  #restart(before: number): Arrival {
    return { roots: [this.#nfa.start], before };
  }

  #arrive(arrivals: readonly Arrival[]): number {
    const readers = new Set<number>();
    const waiting: Waiting[] = [];
    for (const { roots, before } of arrivals) {
      const reached = this.#closure.from(roots, before, UNKNOWN);
      if (reached.accepted) return CELL.MATCH;
      for (const node of reached.readers) readers.add(node);
      if (reached.waiting.length > 0) waiting.push({ before, nodes: ascending(reached.waiting) });
    }
    if (this.#anchored && readers.size === 0 && waiting.length === 0) return CELL.DEAD;
    return this.#table.rowOf({ readers: ascending(readers), waiting });
  }
}

function ascending(nodes: Iterable<number>): readonly number[] {
  return [...nodes].sort((a, b) => a - b);
}

/** What a byte, or the end of the subject (0), is to an assertion that looks ahead. */
function afterOf(byte: number): number {
  if (byte === 0) return AFTER.END;
  if (byte === LINE_FEED) return AFTER.NEWLINE;
  return WORD_BYTES.has(byte) ? AFTER.WORD : AFTER.OTHER;
}
