import { afterEach, describe, expect, it } from 'vitest';
import { julianDays, localTimes, readExpiry, writeExpiry } from '../../src/storage/time.js';

const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const ZONES = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Auckland'];

describe.each(ZONES)('times in the zone %s', (name) => {
  it.each([
    ['on servers', localTimes],
    ['on SQLite', julianDays],
  ])('come back to the second %s', (_where, times) => {
    process.env.TZ = name;
    for (const time of [Date.UTC(2026, 0, 31, 23, 59, 59), Date.UTC(2026, 6, 1), Date.UTC(2001, 8, 9, 1, 46, 40)]) {
      expect(times.read(times.write(new Date(time + 999)))).toEqual(new Date(time));
    }
  });

  it.each([
    ['on servers', localTimes],
    ['on SQLite', julianDays],
  ])('permanent bindings are known %s', (_where, times) => {
    process.env.TZ = name;
    expect(readExpiry(times, writeExpiry(times, null))).toBeNull();
    expect(readExpiry(times, '1970-01-01 00:00:00')).toBeNull();
    const soon = new Date(Date.UTC(2026, 0, 1));
    expect(readExpiry(times, writeExpiry(times, soon))).toEqual(soon);
  });
});

it('servers hold local time as Kamailio writes it', () => {
  process.env.TZ = 'Asia/Kolkata';
  expect(localTimes.write(new Date(Date.UTC(2026, 0, 2, 3, 4, 5)))).toBe('2026-01-02 08:34:05');
  expect(writeExpiry(localTimes, null)).toBe('1970-01-01 05:30:00');
});

it("SQLite holds the Julian day as Kamailio's db_sqlite writes it", () => {
  expect(julianDays.write(new Date(0))).toBe(-0.5 / 86_400 + 2_440_587.5);
});

it.each([1, 86_400, 1_767_323_045, 1_795_273_065, 4_102_444_799])(
  "SQLite's own julianday() of %i s is read too",
  (seconds) => {
    expect(julianDays.read(seconds / 86_400 + 2_440_587.5)).toEqual(new Date(seconds * 1000));
  },
);
