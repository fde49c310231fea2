const EMPTY = Buffer.alloc(0);

/** Octets that wait for more, in one buffer that grows by doubling: appending n octets one by one costs O(n). */
export class ByteQueue {
  #buffer: Buffer = EMPTY;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** The waiting octets; valid until the next call of another method. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  append(chunk: Buffer): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length);
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** Drops `count` octets from the front. */
  consume(count: number): void {
    this.#start += count;
    if (this.#start >= this.#end) this.clear();
  }

  /** Drops everything and gives the memory back: an idle connection holds none. */
  clear(): void {
    this.#buffer = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }

  #makeRoom(more: number): void {
    const needed = this.length + more;
    const buffer = Buffer.allocUnsafe(Math.max(1024, needed, Math.min(needed * 2, needed + 65536)));
    this.#buffer.copy(buffer, 0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = buffer;
  }
}
