import { beforeEach, describe, expect, it } from 'vitest';
import type { SipRequest } from '../../src/sip/message.js';
import { ClientTransactions } from '../../src/transaction/client.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import { VirtualClock } from '../../src/util/clock.js';
import { Diary, request, response, target } from './support.js';

describe('ClientTransactions', () => {
  let diary: Diary;
  let transactions: ClientTransactions;

  beforeEach(() => {
    diary = new Diary();
    transactions = new ClientTransactions({ clock: new VirtualClock(), timers: DEFAULT_TIMERS, send() {} });
    transactions.start(request({ method: 'OPTIONS' }), target('udp'), diary);
  });

  function receive(of: SipRequest): boolean {
    return transactions.receive(response(of, 200));
  }

  it('gives a response to the transaction with its branch and CSeq method (RFC 3261 17.1.3)', () => {
    expect(receive(request({ method: 'OPTIONS' }))).toBe(true);
    expect(diary.entries).toEqual(['200']);
  });

  it.each([
    ['branch', request({ method: 'OPTIONS', branch: 'z9hG4bKother' })],
    ['CSeq method', request({ method: 'OPTIONS', cseqMethod: 'INVITE' })],
    ['sent-by host', request({ method: 'OPTIONS', via: 'SIP/2.0/UDP 127.0.0.6:5070;branch=z9hG4bKalice1' })],
    ['sent-by port', request({ method: 'OPTIONS', via: 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKalice1' })],
  ])('gives a response with another %s to nobody (RFC 3261 17.1.3, 18.1.2)', (_what, other) => {
    expect(receive(other)).toBe(false);
    expect(diary.entries).toEqual([]);
  });

  it('keeps transactions of the same branch and other methods apart', () => {
    const other = new Diary();
    transactions.start(request(), target('udp'), other);
    expect(transactions.size).toBe(2);
    receive(request());
    expect(other.entries).toEqual(['200']);
    expect(diary.entries).toEqual([]);
  });
});
