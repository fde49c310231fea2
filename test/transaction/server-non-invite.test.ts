import { beforeEach, describe, expect, it } from 'vitest';
import { type ServerTransaction, ServerTransactions } from '../../src/transaction/server.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import type { Protocol } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';
import { request, source } from './support.js';

const T1 = 500;
const options = request({ method: 'OPTIONS' });

describe('the non-INVITE server transaction', () => {
  let clock: VirtualClock;
  let sent: string[];
  let transactions: ServerTransactions;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    transactions = new ServerTransactions({ clock, timers: DEFAULT_TIMERS, reply: (_source, text) => sent.push(text) });
  });

  function begin(protocol: Protocol = 'udp'): ServerTransaction {
    return transactions.create(options, source(protocol));
  }

  it('discards a copy of the request in Trying (RFC 3261 17.2.2)', () => {
    const transaction = begin();
    transaction.receive(options);
    expect(transaction.state).toBe('trying');
    expect(sent).toEqual([]);
  });

  it('repeats a 100 for a copy of the request in Proceeding (RFC 3261 17.2.2)', () => {
    const transaction = begin();
    transaction.respond(100, 'trying');
    transaction.receive(options);
    expect(transaction.state).toBe('proceeding');
    expect(sent).toEqual(['trying', 'trying']);
  });

  it('sends no provisional response other than 100 (RFC 4320 4.1)', () => {
    const transaction = begin();
    transaction.respond(180, 'ringing');
    expect(transaction.state).toBe('trying');
    expect(sent).toEqual([]);
  });

  it('repeats the final response for every copy of the request, and never by itself (RFC 3261 17.2.2)', () => {
    const transaction = begin();
    transaction.respond(200, 'ok');
    transaction.receive(options);
    clock.advance(20_000);
    transaction.receive(options);
    expect(transaction.state).toBe('completed');
    expect(sent).toEqual(['ok', 'ok', 'ok']);
  });

  it('discards further final responses (RFC 3261 17.2.2)', () => {
    const transaction = begin();
    transaction.respond(404, 'not found');
    transaction.respond(200, 'ok');
    expect(sent).toEqual(['not found']);
    expect(transaction.finalStatus).toBe(404);
  });

  it('ends 64*T1 after the final response over UDP (RFC 3261 17.2.2, timer J)', () => {
    const transaction = begin();
    let ended = 0;
    transaction.onTerminated = () => {
      ended += 1;
    };
    clock.advance(10_000);
    transaction.respond(200, 'ok');
    clock.advance(64 * T1 - 1);
    expect(transaction.state).toBe('completed');
    clock.advance(1);
    expect(transaction.state).toBe('terminated');
    expect(ended).toBe(1);
    expect(transactions.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('ends with the final response over TCP (RFC 3261 17.2.2, timer J)', () => {
    const transaction = begin('tcp');
    transaction.respond(200, 'ok');
    expect(transaction.state).toBe('terminated');
    expect(clock.waiting).toBe(0);
  });

  it('ends in silence when nobody answers it in 64*T1 (RFC 4320 4.2)', () => {
    const transaction = begin();
    clock.advance(64 * T1);
    transaction.respond(200, 'too late');
    expect(transaction.state).toBe('terminated');
    expect(sent).toEqual([]);
    expect(transactions.size).toBe(0);
  });
});
