import { ByteSet } from './byte-set.js';
import { WORD_BYTES } from './character-classes.js';
import type { Nfa } from './nfa.js';

/** The class of NUL, which ends a C string, and so of the end of the subject. */
export const END_CLASS = 0;

/** Bytes that no part of an automaton tells apart share a class, so that its table has few columns. */
export interface ByteClasses {
  /** Class of each byte. */
  readonly classOf: Uint8Array;
  /** One byte of each class; 0 of END_CLASS. */
  readonly sample: readonly number[];
}

const LINE_FEED = ByteSet.of(0x0a);

/** The coarsest classes that all sets and assertions of the automaton can live with. */
export function byteClasses(nfa: Nfa): ByteClasses {
  const partition = new Partition();
  for (const set of nfa.sets) partition.split(set);
  if (nfa.looksAtWords) partition.split(WORD_BYTES);
  if (nfa.looksAtNewlines) partition.split(LINE_FEED);
  return partition.finish();
}

class Partition {
  readonly #classOf = new Uint8Array(256).fill(1, 1);
  readonly #sizes = [1, 255];

  /** Refines the classes so that `set` is a union of some of them. */
  split(set: ByteSet): void {
    const members = set.members();
    for (const [old, count] of this.#count(members)) {
      if (count < (this.#sizes[old] as number)) this.#move(members, old, count);
    }
  }

  finish(): ByteClasses {
    return { classOf: this.#classOf, sample: this.#sizes.map((_, cls) => this.#classOf.indexOf(cls)) };
  }

  #count(members: readonly number[]): Map<number, number> {
    const counts = new Map<number, number>();
    for (const byte of members) {
      const cls = this.#classOf[byte] as number;
      counts.set(cls, (counts.get(cls) ?? 0) + 1);
    }
    return counts;
  }

  #move(members: readonly number[], old: number, count: number): void {
    const fresh = this.#sizes.length;
    for (const byte of members) if (this.#classOf[byte] === old) this.#classOf[byte] = fresh;
    this.#sizes[old] = (this.#sizes[old] as number) - count;
    this.#sizes.push(count);
  }
}
