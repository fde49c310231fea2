import { describe, expect, it } from 'vitest';
import { RegistrationEvents } from '../../src/server/registration-events.js';
import { VirtualClock } from '../../src/util/clock.js';

function setUp(size?: number) {
  const clock = new VirtualClock();
  const events = new RegistrationEvents(clock, size);
  const add = (count: number) => {
    for (let i = 0; i < count; i++) events.rejected(`user${events.last + 1}`, '403');
  };
  const numbers = (since: number, limit = 100) => events.since(since, limit).map(({ sequence }) => sequence);
  return { clock, events, add, numbers };
}

describe('registration events', () => {
  it('are numbered from 1 and told from a number on', () => {
    const { events, add, numbers } = setUp();
    expect([events.last, numbers(0)]).toEqual([0, []]);
    add(3);
    expect([numbers(0), numbers(2), numbers(3)]).toEqual([[1, 2, 3], [3], []]);
    expect(events.since(0, 1)[0]).toMatchObject({ sequence: 1, event: 'rejected', aor: 'user1', reason: '403' });
  });

  it('are told in pieces', () => {
    const { add, numbers } = setUp();
    add(5);
    expect([numbers(0, 2), numbers(2, 2), numbers(4, 2)]).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('are kept up to a number of them, the newest', () => {
    const { add, numbers } = setUp(4);
    add(4);
    expect(numbers(0)).toEqual([1, 2, 3, 4]);
    add(2);
    expect([numbers(0), numbers(5)]).toEqual([[3, 4, 5, 6], [6]]);
  });

  it('that are there need no waiting', async () => {
    const { clock, events, add } = setUp();
    add(1);
    await events.wait(0, 10_000);
    expect(clock.waiting).toBe(0);
  });

  it('that come end the wait of everybody', async () => {
    const { clock, events, add } = setUp();
    const waiting = Promise.all([events.wait(0, 10_000), events.wait(0, 20_000)]);
    expect(clock.waiting).toBe(2);
    add(1);
    await waiting;
    expect(clock.waiting).toBe(0);
  });

  it('that do not come end it at its time', async () => {
    const { clock, events } = setUp();
    let over = false;
    const waiting = events.wait(0, 10_000).then(() => (over = true));
    clock.advance(9999);
    await Promise.resolve();
    expect(over).toBe(false);
    clock.advance(1);
    await waiting;
    expect(over).toBe(true);
  });
});
