import { describe, expect, it } from 'vitest';
import { newBranch, newTag } from '../../src/sip/tokens.js';

describe('tags and branches', () => {
  it('are never the same twice, over several refills of the pool', () => {
    const made = new Set<string>();
    for (let i = 0; i < 5000; i++) made.add(newTag()).add(newBranch());
    expect(made.size).toBe(10_000);
  });

  it('are tokens of enough random bits, branches with the cookie (RFC 3261 8.1.1.7, 19.3)', () => {
    expect(newTag()).toMatch(/^[0-9a-f]{16}$/);
    expect(newBranch()).toMatch(/^z9hG4bK[0-9a-f]{24}$/);
  });
});
