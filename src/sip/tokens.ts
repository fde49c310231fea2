import { randomFillSync } from 'node:crypto';

/** Random octets are drawn in blocks: one system call serves hundreds of tokens. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomHex(octets: number): string {
  if (used + octets > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += octets;
  return pool.toString('hex', used - octets, used);
}

/** A new tag with 64 random bits (RFC 3261 19.3 asks for 32). */
export function newTag(): string {
  return randomHex(8);
}

/** A new branch with the magic cookie of RFC 3261 8.1.1.7 and 96 random bits. */
export function newBranch(): string {
  return `z9hG4bK${randomHex(12)}`;
}
