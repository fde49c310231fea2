import { describe, expect, it } from 'vitest';
import type { SrvRecord } from '../../../src/transport/dns/records.js';
import { drawn } from '../../../src/transport/dns/weights.js';

const DRAWS = 20_000;

/** mulberry32: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function server(priority: number, weight: number, name = `${priority}/${weight}`): SrvRecord {
  return { priority, weight, port: 5060, name };
}

const names = (records: readonly SrvRecord[]) => records.map(({ name }) => name);

/** The share of draws in which each server comes at `place`. */
function shares(records: readonly SrvRecord[], place = 0): Map<string, number> {
  const random = seeded(42);
  const counts = new Map<string, number>(names(records).map((name) => [name, 0]));
  for (let i = 0; i < DRAWS; i++) {
    const name = drawn(records, random)[place]?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].map(([name, count]) => [name, count / DRAWS]));
}

describe('SRV records are drawn', () => {
  it('by ascending priority, each once (RFC 2782)', () => {
    const records = [server(1, 5), server(1, 0), server(2, 100), server(2, 1), server(65_535, 0)];
    const random = seeded(1);
    for (let i = 0; i < 100; i++) {
      const order = drawn(records, random);
      expect(order.map(({ priority }) => priority)).toEqual([1, 1, 2, 2, 65_535]);
      expect(new Set(order)).toEqual(new Set(records));
    }
  });

  it('first in proportion to their weights (RFC 2782)', () => {
    const found = shares([server(1, 60), server(1, 30), server(1, 10)]);
    expect(found.get('1/60')).toBeCloseTo(0.6, 1);
    expect(found.get('1/30')).toBeCloseTo(0.3, 1);
    expect(found.get('1/10')).toBeCloseTo(0.1, 1);
  });

  it('in proportion also where weights are small', () => {
    const found = shares([server(1, 1, 'a'), server(1, 1, 'b')]);
    expect(Math.abs((found.get('a') ?? 0) - 0.5)).toBeLessThan(0.02);
  });

  it('second in proportion to the weights that are left', () => {
    // 60 first in 0.6, then 30 of the 40 left: 0.45; 10 first in 0.1, then 30 of 90: 0.033.
    const found = shares([server(1, 60), server(1, 30), server(1, 10)], 1);
    expect(Math.abs((found.get('1/30') ?? 0) - 0.483)).toBeLessThan(0.02);
  });

  it('with a very small chance for weight 0 beside others (RFC 2782)', () => {
    const share = shares([server(1, 0), server(1, 1)]).get('1/0') ?? 0;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.03);
  });

  it('evenly where all weights are 0', () => {
    for (const share of shares([server(1, 0, 'a'), server(1, 0, 'b'), server(1, 0, 'c')]).values()) {
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.02);
    }
  });

  it('whatever the lot says', () => {
    const records = [server(1, 3), server(1, 65_535), server(1, 1)];
    expect(names(drawn(records, () => 0))).toEqual(['1/3', '1/65535', '1/1']);
    expect(names(drawn(records, () => 1 - Number.EPSILON))).toEqual(['1/1', '1/65535', '1/3']);
    expect(drawn([], () => 0)).toEqual([]);
  });
});
