import { AFTER, type Assertion, BEFORE } from '../../../src/permissions/posix/assertion.js';
import type { ByteSet } from '../../../src/permissions/posix/byte-set.js';
import { WORD_BYTES } from '../../../src/permissions/posix/character-classes.js';
import type { Tree } from '../../../src/permissions/posix/tree.js';

/**
 * What a tree matches by definition, position by position and without an automaton.
 * For subjects without line feeds, where glibc has no liberties of its own.
 */
export function naiveMatch(tree: Tree, subject: string): boolean {
  for (let from = 0; from <= subject.length; from++) if (ends(tree, subject, new Set([from])).size > 0) return true;
  return false;
}

/** Whether an assertion stands inside something that is repeated: glibc forgets some of these on the way. */
export function repeatsAssertion(tree: Tree, inside = false): boolean {
  if (tree.kind === 'assert') return inside;
  if (tree.kind === 'bytes') return false;
  if (tree.kind === 'repeat') return repeatsAssertion(tree.item, inside || tree.max > 1);
  return tree.items.some((item) => repeatsAssertion(item, inside));
}

type Places = ReadonlySet<number>;

function ends(tree: Tree, subject: string, from: Places): Places {
  switch (tree.kind) {
    case 'bytes':
      return new Set([...from].filter((at) => reads(tree.set, subject, at)).map((at) => at + 1));
    case 'assert':
      return new Set([...from].filter((at) => holds(tree.assertion, subject, at)));
    case 'concat':
      return tree.items.reduce((places, item) => ends(item, subject, places), from);
    case 'alt':
      return new Set(tree.items.flatMap((item) => [...ends(item, subject, from)]));
    case 'repeat':
      return repeated(tree, subject, from);
  }
}

function reads(set: ByteSet, subject: string, at: number): boolean {
  return at < subject.length && set.has(subject.charCodeAt(at));
}

function repeated(tree: Extract<Tree, { kind: 'repeat' }>, subject: string, from: Places): Places {
  let places = from;
  for (let count = 0; count < tree.min; count++) places = ends(tree.item, subject, places);
  const all = new Set(places);
  for (let count = tree.min; count < tree.max && places.size > 0; count++) {
    places = new Set([...ends(tree.item, subject, places)].filter((at) => !all.has(at)));
    for (const at of places) all.add(at);
  }
  return all;
}

function holds({ before, after }: Assertion, subject: string, at: number): boolean {
  const previous = at === 0 ? BEFORE.BEGIN : isWord(subject, at - 1) ? BEFORE.WORD : BEFORE.OTHER;
  const next = at === subject.length ? AFTER.END : isWord(subject, at) ? AFTER.WORD : AFTER.OTHER;
  return (before & previous) !== 0 && (after & next) !== 0;
}

function isWord(subject: string, at: number): boolean {
  return WORD_BYTES.has(subject.charCodeAt(at));
}
