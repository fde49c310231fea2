/** Numbers in [0, 1); the same seed gives the same ones. */
export type Random = () => number;

export interface Material {
  readonly random: Random;
  /** Pieces that the grammar is made of. */
  readonly words: readonly Buffer[];
  /** Another input to take a piece from. */
  readonly other: Buffer;
  readonly maxLength: number;
}

const MAX_CHANGES = 6;

/** A copy of the input with some changes at random places. */
export function mutate(input: Buffer, material: Material): Buffer {
  let out = input;
  for (let n = 1 + below(material.random, MAX_CHANGES); n > 0; n--) out = changed(out, material);
  return out.subarray(0, material.maxLength);
}

/** A whole number from 0 to `limit` - 1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function changed(input: Buffer, { random, words, other }: Material): Buffer {
  const at = below(random, input.length + 1);
  const to = Math.min(input.length, at + 1 + below(random, random() < 0.9 ? 16 : input.length));
  const kind = random();
  if (kind < 0.15) return replaced(input, at, to, Buffer.alloc(0));
  if (kind < 0.25) return replaced(input, at, at, input.subarray(at, to));
  if (kind < 0.4) return replaced(input, at, Math.min(at + 1, input.length), Buffer.from([below(random, 256)]));
  if (kind < 0.5) return replaced(input, at, at, Buffer.from([below(random, 256)]));
  if (kind < 0.75) return replaced(input, at, random() < 0.7 ? at : to, words[below(random, words.length)] ?? other);
  if (kind < 0.85) return replaced(input, at, to, pieceOf(other, random));
  if (kind < 0.95) return replaced(input, below(random, input.length + 1), undefined, input.subarray(at, to));
  return Buffer.concat([input.subarray(0, at), other.subarray(below(random, other.length + 1))]);
}

/** `input` with other octets in place of those from `from` to `to`; without `to` nothing is taken out. */
function replaced(input: Buffer, from: number, to: number | undefined, by: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, from), by, input.subarray(to ?? from)]);
}

function pieceOf(input: Buffer, random: Random): Buffer {
  const from = below(random, input.length + 1);
  return input.subarray(from, from + 1 + below(random, 40));
}
