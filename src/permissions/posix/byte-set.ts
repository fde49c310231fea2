/** ASCII upper case of a byte: the only folding the "C" locale does. */
export function upperByte(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}

const ALL_BYTES: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);

/** A set of the byte values 0 to 255, never changed once made. */
export class ByteSet {
  readonly #bits = new Uint32Array(8);
  #members: readonly number[] | undefined;

  private constructor(bytes: readonly number[]) {
    for (const byte of bytes) this.#bits[byte >>> 5] = (this.#bits[byte >>> 5] as number) | (1 << (byte & 31));
  }

  /** The set of the given bytes. */
  static of(...bytes: readonly number[]): ByteSet {
    return new ByteSet(bytes);
  }

  /** The bytes from `first` to `last`, both included. */
  static range(first: number, last: number): ByteSet {
    return new ByteSet(ALL_BYTES.slice(first, last + 1));
  }

  /** The bytes for which `test` holds. */
  static where(test: (byte: number) => boolean): ByteSet {
    return new ByteSet(ALL_BYTES.filter(test));
  }

  /** Everything that is in one of the sets. */
  static union(...sets: readonly ByteSet[]): ByteSet {
    return new ByteSet(sets.flatMap((set) => set.members()));
  }

  has(byte: number): boolean {
    return (((this.#bits[byte >>> 5] as number) >>> (byte & 31)) & 1) === 1;
  }

  /** All bytes that are not in this set. */
  complement(): ByteSet {
    return ByteSet.where((byte) => !this.has(byte));
  }

  /** All bytes whose upper case is in this set: how glibc's REG_ICASE sees the subject. */
  folded(): ByteSet {
    return ByteSet.where((byte) => this.has(upperByte(byte)));
  }

  /** The bytes in ascending order. Remembered: thousands of patterns share the sets of single letters. */
  members(): readonly number[] {
    this.#members ??= ALL_BYTES.filter((byte) => this.has(byte));
    return this.#members;
  }
}
