import { beforeEach, describe, expect, it } from 'vitest';
import { type ClientTransaction, ClientTransactions } from '../../src/transaction/client.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import type { Protocol } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';
import { Diary, request, response, target } from './support.js';

const T1 = 500;
const PATIENCE = 64 * T1;
const options = request({ method: 'OPTIONS' });

describe('the non-INVITE client transaction', () => {
  let clock: VirtualClock;
  let sent: string[];
  let fail: (error: Error) => void;
  let diary: Diary;
  let transactions: ClientTransactions;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    diary = new Diary();
    transactions = new ClientTransactions({
      clock,
      timers: DEFAULT_TIMERS,
      send: (_target, text, failed) => {
        sent.push(text);
        fail = failed;
      },
    });
  });

  function begin(protocol: Protocol = 'udp'): ClientTransaction {
    return transactions.start(options, target(protocol), diary);
  }

  function receive(status: number): void {
    expect(transactions.receive(response(options, status))).toBe(true);
  }

  /** Milliseconds after the first copy at which others are sent. */
  function copiesUntil(end: number): number[] {
    const times: number[] = [];
    for (let passed = T1; passed < end; passed += T1) {
      const before = sent.length;
      clock.advance(T1);
      if (sent.length > before) times.push(passed);
    }
    return times;
  }

  it('retransmits the request after T1, doubling up to T2 (RFC 3261 17.1.2.2, timer E)', () => {
    begin();
    const expected = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(copiesUntil(PATIENCE)).toEqual(expected);
    expect(new Set(sent)).toEqual(new Set([options.text]));
  });

  it('retransmits every T2 after a provisional response (RFC 3261 17.1.2.2)', () => {
    begin();
    receive(100);
    expect(copiesUntil(13_000)).toEqual([500, 4500, 8500, 12_500]);
    expect(diary.entries).toEqual(['100']);
  });

  it('sends the request once over TCP (RFC 3261 17.1.2.2)', () => {
    begin('tcp');
    expect(copiesUntil(PATIENCE)).toEqual([]);
  });

  it.each(['udp', 'tcp'] as const)(
    'times out after 64*T1 over %s, provisional responses or not (RFC 3261 17.1.2.2, timer F)',
    (protocol) => {
      begin(protocol);
      receive(100);
      clock.advance(PATIENCE - 1);
      expect(diary.entries).toEqual(['100']);
      clock.advance(1);
      expect(diary.entries).toEqual(['100', 'timeout', 'terminated']);
      expect(transactions.size).toBe(0);
      expect(clock.waiting).toBe(0);
    },
  );

  it('passes the final response once and absorbs its copies for T4 (RFC 3261 17.1.2.2, timer K)', () => {
    const transaction = begin();
    receive(200);
    receive(200);
    clock.advance(4999);
    receive(200);
    expect(transaction.state).toBe('completed');
    clock.advance(1);
    expect(diary.entries).toEqual(['200', 'terminated']);
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('ends with the final response over TCP (RFC 3261 17.1.2.2, timer K)', () => {
    begin('tcp');
    receive(404);
    expect(diary.entries).toEqual(['404', 'terminated']);
    expect(transactions.size).toBe(0);
  });

  it('tells its user when the request can not be sent (RFC 3261 17.1.4)', () => {
    begin();
    receive(100);
    fail(new Error('refused'));
    fail(new Error('refused'));
    expect(diary.entries).toEqual(['100', 'refused', 'terminated']);
    expect(clock.waiting).toBe(0);
  });

  it('does not mind a late failure when it was answered', () => {
    begin();
    receive(200);
    fail(new Error('refused'));
    expect(diary.entries).toEqual(['200']);
  });

  it('sends no CANCEL (RFC 3261 9.1)', () => {
    const transaction = begin();
    receive(100);
    transaction.cancel();
    expect(sent).toEqual([options.text]);
  });
});
