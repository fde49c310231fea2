import type { Assertion } from './assertion.js';
import type { ByteSet } from './byte-set.js';

/** A parsed expression. An empty `concat` matches the empty string. */
export type Tree =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'concat'; readonly items: readonly Tree[] }
  | { readonly kind: 'alt'; readonly items: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly item: Tree; readonly min: number; readonly max: number };

/** Nothing to match: `()`, `a||b`, `a{0}`. */
export const EMPTY: Tree = { kind: 'concat', items: [] };

/**
 * The automaton's nodes once the intervals are written out, known before anything is built.
 * Empty parts count as one, so that `((){255}){255}...` can not hide work.
 */
export function expandedSize(tree: Tree): number {
  switch (tree.kind) {
    case 'bytes':
    case 'assert':
      return 1;
    case 'concat':
      return Math.max(1, sizeOfAll(tree.items));
    case 'alt':
      return sizeOfAll(tree.items) + tree.items.length - 1;
    case 'repeat':
      return Math.max(1, tree.min * expandedSize(tree.item) + optionalCopies(tree) * (expandedSize(tree.item) + 1));
  }
}

function sizeOfAll(items: readonly Tree[]): number {
  return items.reduce((sum, item) => sum + expandedSize(item), 0);
}

/** `x{m,}` is m times x and one x in a loop. */
function optionalCopies(repeat: { min: number; max: number }): number {
  return repeat.max === Number.POSITIVE_INFINITY ? 1 : repeat.max - repeat.min;
}
