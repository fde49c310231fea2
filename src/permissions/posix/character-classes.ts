import { ByteSet } from './byte-set.js';

const digit = ByteSet.range(0x30, 0x39);
const upper = ByteSet.range(0x41, 0x5a);
const lower = ByteSet.range(0x61, 0x7a);
const alpha = ByteSet.union(upper, lower);
const alnum = ByteSet.union(alpha, digit);
const graph = ByteSet.range(0x21, 0x7e);
const space = ByteSet.of(0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d);

/** POSIX character classes of the "C" locale, by their name inside `[: :]`. */
const CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', alpha],
  ['digit', digit],
  ['alnum', alnum],
  ['upper', upper],
  ['lower', lower],
  ['space', space],
  ['blank', ByteSet.of(0x20, 0x09)],
  ['punct', ByteSet.where((byte) => graph.has(byte) && !alnum.has(byte))],
  ['print', ByteSet.range(0x20, 0x7e)],
  ['graph', graph],
  ['cntrl', ByteSet.union(ByteSet.range(0, 0x1f), ByteSet.of(0x7f))],
  ['xdigit', ByteSet.union(digit, ByteSet.range(0x41, 0x46), ByteSet.range(0x61, 0x66))],
]);

/** The bytes of `[:name:]`; undefined when there is no such class. Under ignore-case `upper` and `lower` mean `alpha`. */
export function characterClass(name: string, ignoreCase: boolean): ByteSet | undefined {
  return CLASSES.get(ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name);
}

/** GNU's `\w`, which is also what word boundaries look at. */
export const WORD_BYTES = ByteSet.union(alnum, ByteSet.of(0x5f));
/** GNU's `\s`. */
export const SPACE_BYTES = space;
/** `.` matches everything but NUL, line feeds included. */
export const ANY_BYTES = ByteSet.range(0x01, 0xff);
