import { beforeEach, describe, expect, it } from 'vitest';
import { RecordCache } from '../../../src/transport/dns/cache.js';
import type { Found } from '../../../src/transport/dns/records.js';
import { VirtualClock } from '../../../src/util/clock.js';

describe('RecordCache', () => {
  let clock: VirtualClock;
  let asked: string[];
  let query: (name: string) => Promise<Found<string>>;
  let cache: RecordCache<string>;

  beforeEach(() => {
    clock = new VirtualClock();
    asked = [];
    query = (name) => Promise.resolve({ records: [name.toUpperCase()], ttl: 60 });
    cache = new RecordCache({
      clock,
      limit: 1500,
      query: (name) => {
        asked.push(name);
        return query(name);
      },
    });
  });

  it('knows an answer as long as it lives', async () => {
    expect(cache.known('a')).toBeUndefined();
    expect(await cache.ask('a')).toEqual(['A']);
    clock.advance(59_999);
    expect(cache.known('a')).toEqual(['A']);
    clock.advance(1);
    expect(cache.known('a')).toBeUndefined();
  });

  it('answers that there is nothing when a query fails, and knows that for 10 s', async () => {
    query = () => Promise.reject(new Error('ESERVFAIL'));
    expect(await cache.ask('a')).toEqual([]);
    clock.advance(9999);
    expect(cache.known('a')).toEqual([]);
    clock.advance(1);
    expect(cache.known('a')).toBeUndefined();
  });

  it('knows that there is nothing for 10 s, however long an empty answer would live', async () => {
    query = () => Promise.resolve({ records: [], ttl: 3600 });
    await cache.ask('a');
    clock.advance(10_000);
    expect(cache.known('a')).toBeUndefined();
  });

  it('does not wait longer than its limit, and keeps what comes late', async () => {
    let late: (found: Found<string>) => void = () => undefined;
    query = () => new Promise((resolve) => (late = resolve));
    const waiting = cache.ask('a');
    clock.advance(1500);
    expect(await waiting).toEqual([]);
    expect(cache.known('a')).toEqual([]);
    late({ records: ['late'], ttl: 60 });
    await Promise.resolve();
    expect(cache.known('a')).toEqual(['late']);
    expect(clock.waiting).toBe(0);
  });

  it('keeps the thousand names that were asked for last (security R9)', async () => {
    for (let i = 0; i < 999; i++) await cache.ask(`n${i}`);
    // Asked for again, the oldest one is the youngest.
    for (const name of ['n0', 'one-more', 'two-more']) await cache.ask(name);
    expect(cache.known('n0')).toEqual(['N0']);
    expect(cache.known('n1')).toBeUndefined();
    expect(cache.known('n2')).toEqual(['N2']);
    expect(cache.known('one-more')).toEqual(['ONE-MORE']);
  });

  it('asks again for a name once its query has ended', async () => {
    const both = [cache.ask('a'), cache.ask('a')];
    expect(asked).toEqual(['a']);
    await Promise.all(both);
    clock.advance(60_000);
    await cache.ask('a');
    expect(asked).toEqual(['a', 'a']);
  });
});
