import { beforeEach, describe, expect, it } from 'vitest';
import { Header } from '../../src/sip/header.js';
import { SipRequest } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { type ClientTransaction, ClientTransactions } from '../../src/transaction/client.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import type { Protocol } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';
import { Diary, firstLine, request, response, target } from './support.js';

const T1 = 500;
const PATIENCE = 64 * T1;
const invite = request({ headers: ['Route: <sip:127.0.0.9;lr>'] });
const INVITE = firstLine(invite.text);
const ACK = INVITE.replace('INVITE', 'ACK');
const CANCEL = INVITE.replace('INVITE', 'CANCEL');

describe('the INVITE client transaction', () => {
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
    return transactions.start(invite, target(protocol), diary);
  }

  function receive(status: number): void {
    expect(transactions.receive(response(invite, status))).toBe(true);
  }

  const sentLines = () => sent.map(firstLine);

  it('retransmits the INVITE after T1, doubling without the cap of T2 (RFC 3261 17.1.1.2, timer A)', () => {
    begin();
    const times: number[] = [];
    for (let passed = T1; passed < PATIENCE; passed += T1) {
      const before = sent.length;
      clock.advance(T1);
      if (sent.length > before) times.push(passed);
    }
    expect(times).toEqual([500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(new Set(sent)).toEqual(new Set([invite.text]));
  });

  it('sends the INVITE once over TCP (RFC 3261 17.1.1.2)', () => {
    begin('tcp');
    clock.advance(PATIENCE - 1);
    expect(sent).toEqual([invite.text]);
  });

  it.each(['udp', 'tcp'] as const)(
    'times out after 64*T1 without a response over %s (RFC 3261 17.1.1.2, timer B)',
    (protocol) => {
      const transaction = begin(protocol);
      clock.advance(PATIENCE - 1);
      expect(diary.entries).toEqual([]);
      clock.advance(1);
      expect(diary.entries).toEqual(['timeout', 'terminated']);
      expect(transaction.state).toBe('terminated');
      expect(transactions.size).toBe(0);
      expect(clock.waiting).toBe(0);
    },
  );

  it('stops timers A and B at any provisional response (RFC 3261 17.1.1.2)', () => {
    const transaction = begin();
    expect(transaction.provisionalSeen).toBe(false);
    receive(100);
    expect(transaction.state).toBe('proceeding');
    expect(transaction.provisionalSeen).toBe(true);
    expect(clock.waiting).toBe(0);
    clock.advance(10 * PATIENCE);
    expect(sent).toEqual([invite.text]);
  });

  it('passes every provisional response to its user (RFC 3261 17.1.1.2)', () => {
    begin();
    for (const status of [100, 180, 183, 180]) receive(status);
    expect(diary.entries).toEqual(['100', '180', '183', '180']);
  });

  it.each(['udp', 'tcp'] as const)(
    'stays in Accepted for 64*T1 over %s and passes every 2xx (RFC 6026 7.2, timer M)',
    (protocol) => {
      const transaction = begin(protocol);
      receive(200);
      receive(200);
      receive(180);
      receive(486);
      clock.advance(PATIENCE - 1);
      expect(transaction.state).toBe('accepted');
      receive(202);
      clock.advance(1);
      expect(transaction.state).toBe('terminated');
      expect(diary.entries).toEqual(['200', '200', '202', 'terminated']);
      expect(clock.waiting).toBe(0);
    },
  );

  it('sends no ACK for a 2xx (RFC 3261 17.1.1.2)', () => {
    begin();
    receive(180);
    receive(200);
    expect(sent).toEqual([invite.text]);
  });

  it('acknowledges a final non-2xx response (RFC 3261 17.1.1.3)', () => {
    begin();
    receive(180);
    receive(486);
    const ack = parseMessage(sent[1] ?? '') as SipRequest;
    expect(firstLine(ack.text)).toBe(ACK);
    expect(ack.topVia).toEqual(invite.topVia);
    expect(ack.all(Header.Via)).toHaveLength(1);
    expect(ack.cseq).toEqual({ number: 1, method: 'ACK' });
    expect(ack.fromTag).toBe('a1');
    expect(ack.toTag).toBe('b1');
    expect(ack.callId).toBe(invite.callId);
    expect(ack.firstNamed('Route')).toBe('<sip:127.0.0.9;lr>');
    expect(diary.entries).toEqual(['180', '486']);
  });

  it('acknowledges every copy of the final response for timer D, passing only the first (RFC 3261 17.1.1.2)', () => {
    const transaction = begin();
    receive(486);
    clock.advance(PATIENCE - 1);
    receive(486);
    receive(486);
    expect(transaction.state).toBe('completed');
    expect(sentLines()).toEqual([INVITE, ACK, ACK, ACK]);
    clock.advance(1);
    expect(diary.entries).toEqual(['486', 'terminated']);
    expect(transactions.receive(response(invite, 486))).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('ends with the ACK over TCP (RFC 3261 17.1.1.2, timer D)', () => {
    begin('tcp');
    receive(486);
    expect(sentLines()).toEqual([INVITE, ACK]);
    expect(diary.entries).toEqual(['486', 'terminated']);
    expect(transactions.size).toBe(0);
  });

  it('ignores provisional responses and a 2xx after the final one', () => {
    begin();
    receive(486);
    receive(180);
    receive(200);
    expect(diary.entries).toEqual(['486']);
    expect(sentLines()).toEqual([INVITE, ACK]);
  });

  it('tells its user when the INVITE can not be sent (RFC 3261 17.1.4)', () => {
    begin();
    fail(new Error('refused'));
    fail(new Error('refused'));
    expect(diary.entries).toEqual(['refused', 'terminated']);
    expect(transactions.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('does not mind a late failure of a copy when the callee has answered', () => {
    const transaction = begin();
    receive(180);
    fail(new Error('refused'));
    expect(transaction.state).toBe('proceeding');
    expect(diary.entries).toEqual(['180']);
  });

  it('ends when the ACK can not be sent (RFC 3261 17.1.1.2)', () => {
    begin();
    receive(486);
    fail(new Error('refused'));
    expect(diary.entries).toEqual(['486', 'terminated']);
    expect(clock.waiting).toBe(0);
  });

  describe('cancelled', () => {
    it('sends the CANCEL at once after a provisional response (RFC 3261 9.1)', () => {
      const transaction = begin();
      receive(180);
      transaction.cancel(['SIP;cause=200;text="Call completed elsewhere"']);
      const cancel = parseMessage(sent[1] ?? '') as SipRequest;
      expect(firstLine(cancel.text)).toBe(CANCEL);
      expect(cancel.topVia).toEqual(invite.topVia);
      expect(cancel.cseq).toEqual({ number: 1, method: 'CANCEL' });
      expect(cancel.toTag).toBeUndefined();
      expect(cancel.firstNamed('Route')).toBe('<sip:127.0.0.9;lr>');
      expect(cancel.firstNamed('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    });

    it('waits with the CANCEL for the first provisional response, repeating the INVITE meanwhile (RFC 3261 9.1)', () => {
      begin().cancel();
      clock.advance(1500);
      expect(sentLines()).toEqual([INVITE, INVITE, INVITE]);
      receive(100);
      expect(sentLines()).toEqual([INVITE, INVITE, INVITE, CANCEL]);
    });

    it('leaves out Reasons that would break the limits of a message', () => {
      const transaction = begin();
      receive(180);
      transaction.cancel(new Array(1000).fill('SIP;cause=200'));
      expect(sentLines()).toEqual([INVITE, CANCEL]);
      expect(sent[1]).not.toContain('Reason');
    });

    it('sends one CANCEL however often it is asked to', () => {
      const transaction = begin();
      transaction.cancel();
      receive(180);
      transaction.cancel();
      receive(180);
      expect(sentLines()).toEqual([INVITE, CANCEL]);
    });

    it('sends no CANCEL after a final response (RFC 3261 9.1)', () => {
      const transaction = begin();
      transaction.cancel();
      receive(486);
      transaction.cancel();
      expect(sentLines()).toEqual([INVITE, ACK]);
    });

    it('repeats the CANCEL in a transaction of its own (RFC 3261 9.1, timer E)', () => {
      const transaction = begin();
      receive(180);
      transaction.cancel();
      expect(transactions.size).toBe(2);
      clock.advance(1500);
      expect(sentLines()).toEqual([INVITE, CANCEL, CANCEL, CANCEL]);
    });

    it('takes the 200 of the CANCEL and the 487 of the INVITE for what they are (RFC 3261 17.1.3)', () => {
      const transaction = begin();
      receive(180);
      transaction.cancel();
      const cancel = parseMessage(sent[1] ?? '');
      if (!(cancel instanceof SipRequest)) throw new Error('no CANCEL was sent');
      expect(transactions.receive(response(cancel, 200))).toBe(true);
      expect(diary.entries).toEqual(['180']);
      receive(487);
      expect(diary.entries).toEqual(['180', '487']);
      expect(sentLines()).toEqual([INVITE, CANCEL, ACK]);
      clock.advance(PATIENCE);
      expect(transactions.size).toBe(0);
      expect(clock.waiting).toBe(0);
    });

    it('still passes a 2xx that crosses the CANCEL (RFC 3261 9.1)', () => {
      const transaction = begin();
      receive(180);
      transaction.cancel();
      receive(200);
      expect(diary.entries).toEqual(['180', '200']);
    });

    it('times out 64*T1 after the CANCEL when no final response comes (RFC 3261 9.1)', () => {
      const transaction = begin();
      receive(180);
      clock.advance(100_000);
      transaction.cancel();
      clock.advance(PATIENCE - 1);
      receive(180);
      expect(transaction.state).toBe('proceeding');
      clock.advance(1);
      expect(diary.entries).toEqual(['180', '180', 'timeout', 'terminated']);
      expect(transactions.size).toBe(0);
    });

    it('times out as ever when no response comes at all (RFC 3261 17.1.1.2, timer B)', () => {
      begin().cancel();
      clock.advance(PATIENCE);
      expect(diary.entries).toEqual(['timeout', 'terminated']);
      expect(new Set(sentLines())).toEqual(new Set([INVITE]));
    });
  });
});
