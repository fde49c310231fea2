import { beforeEach, describe, expect, it } from 'vitest';
import type { SipRequest } from '../../src/sip/message.js';
import { type ServerTransaction, ServerTransactions } from '../../src/transaction/server.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import type { Protocol } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';
import { request, source } from './support.js';

const T1 = 500;
const invite = request();
const ack = request({ method: 'ACK', toTag: 'b1' });

describe('the INVITE server transaction', () => {
  let clock: VirtualClock;
  let sent: string[];
  let transactions: ServerTransactions;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    transactions = new ServerTransactions({ clock, timers: DEFAULT_TIMERS, reply: (_source, text) => sent.push(text) });
  });

  function begin(protocol: Protocol = 'udp', message: SipRequest = invite): ServerTransaction {
    return transactions.create(message, source(protocol));
  }

  it('sends nothing by itself and waits in Proceeding', () => {
    const transaction = begin();
    clock.advance(200_000);
    expect(transaction.state).toBe('proceeding');
    expect(sent).toEqual([]);
  });

  it('is silent about a copy of the INVITE before there is a response', () => {
    begin().receive(invite);
    expect(sent).toEqual([]);
  });

  it('answers a copy of the INVITE with the last provisional response (RFC 3261 17.2.1)', () => {
    const transaction = begin();
    transaction.respond(100, 'trying');
    transaction.respond(180, 'ringing');
    transaction.receive(invite);
    expect(sent).toEqual(['trying', 'ringing', 'ringing']);
  });

  it('ignores an ACK before a final response', () => {
    const transaction = begin();
    transaction.respond(180, 'ringing');
    transaction.receive(ack);
    expect(transaction.state).toBe('proceeding');
    expect(sent).toEqual(['ringing']);
  });

  it('repeats a final response after T1, doubling up to T2 (RFC 3261 17.2.1, timer G)', () => {
    begin().respond(486, 'busy');
    const times: number[] = [];
    for (let passed = T1; passed < 64 * T1; passed += T1) {
      const before = sent.length;
      clock.advance(T1);
      if (sent.length > before) times.push(passed);
    }
    expect(times).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(new Set(sent)).toEqual(new Set(['busy']));
  });

  it('does not repeat a final response over TCP (RFC 3261 17.2.1)', () => {
    begin('tcp').respond(486, 'busy');
    clock.advance(64 * T1 - 1);
    expect(sent).toEqual(['busy']);
  });

  it.each(['udp', 'tcp'] as const)(
    'gives up after 64*T1 without ACK over %s (RFC 3261 17.2.1, timer H)',
    (protocol) => {
      const transaction = begin(protocol);
      const told: string[] = [];
      transaction.onTransportFailure = () => told.push('failure');
      transaction.onTerminated = () => told.push('terminated');
      transaction.respond(486, 'busy');
      clock.advance(64 * T1 - 1);
      expect(transaction.state).toBe('completed');
      clock.advance(1);
      expect(transaction.state).toBe('terminated');
      expect(told).toEqual(['failure', 'terminated']);
      expect(transactions.size).toBe(0);
      expect(clock.waiting).toBe(0);
    },
  );

  it('answers a copy of the INVITE with the final response in Completed (RFC 3261 17.2.1)', () => {
    const transaction = begin();
    transaction.respond(486, 'busy');
    transaction.receive(invite);
    expect(sent).toEqual(['busy', 'busy']);
  });

  it('stops repeating when the ACK comes and absorbs more of them for T4 (RFC 3261 17.2.1, timer I)', () => {
    const transaction = begin();
    let failed = false;
    transaction.onTransportFailure = () => {
      failed = true;
    };
    transaction.respond(486, 'busy');
    transaction.receive(ack);
    expect(transaction.state).toBe('confirmed');
    clock.advance(4999);
    transaction.receive(ack);
    transaction.receive(invite);
    expect(transaction.state).toBe('confirmed');
    expect(transactions.match(ack)).toBe(transaction);
    clock.advance(1);
    expect(transaction.state).toBe('terminated');
    expect(sent).toEqual(['busy']);
    expect(failed).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('ends at once when the ACK comes over TCP (RFC 3261 17.2.1, timer I)', () => {
    const transaction = begin('tcp');
    transaction.respond(486, 'busy');
    transaction.receive(ack);
    expect(transaction.state).toBe('terminated');
    expect(clock.waiting).toBe(0);
  });

  it('sends only the first final response', () => {
    const transaction = begin();
    transaction.respond(486, 'busy');
    transaction.respond(200, 'ok');
    transaction.respond(180, 'ringing');
    expect(sent).toEqual(['busy']);
    expect(transaction.finalStatus).toBe(486);
  });

  it.each(['udp', 'tcp'] as const)(
    'stays in Accepted for 64*T1 after a 2xx over %s (RFC 6026 7.1, timer L)',
    (protocol) => {
      const transaction = begin(protocol);
      transaction.respond(200, 'ok');
      clock.advance(64 * T1 - 1);
      expect(transaction.state).toBe('accepted');
      expect(transaction.finalStatus).toBe(200);
      clock.advance(1);
      expect(transaction.state).toBe('terminated');
      expect(transactions.size).toBe(0);
      expect(clock.waiting).toBe(0);
    },
  );

  it('absorbs copies of the INVITE in Accepted and repeats nothing by itself (RFC 6026 7.1)', () => {
    const transaction = begin();
    transaction.respond(200, 'ok');
    transaction.receive(invite);
    clock.advance(10_000);
    expect(sent).toEqual(['ok']);
  });

  it('passes every further 2xx in Accepted, and nothing else (RFC 6026 7.1)', () => {
    const transaction = begin();
    transaction.respond(200, 'ok');
    transaction.respond(200, 'ok');
    transaction.respond(202, 'another branch');
    transaction.respond(486, 'busy');
    transaction.respond(180, 'ringing');
    expect(sent).toEqual(['ok', 'ok', 'another branch']);
    expect(transaction.finalStatus).toBe(200);
  });

  it('sends nothing after its end', () => {
    const transaction = begin('tcp');
    transaction.respond(486, 'busy');
    transaction.receive(ack);
    transaction.respond(200, 'ok');
    transaction.receive(invite);
    expect(sent).toEqual(['busy']);
  });

  it('makes one To tag and keeps it', () => {
    const first = begin();
    const second = begin('udp', request({ branch: 'z9hG4bKother' }));
    expect(first.toTag).toBe(first.toTag);
    expect(first.toTag).not.toBe('');
    expect(first.toTag).not.toBe(second.toTag);
  });
});
