import { beforeEach, describe, expect, it } from 'vitest';
import { buildResponse } from '../../src/sip/build.js';
import { ServerTransactions } from '../../src/transaction/server.js';
import { DEFAULT_TIMERS } from '../../src/transaction/timers.js';
import { VirtualClock } from '../../src/util/clock.js';
import { request, source } from './support.js';

const OLD_VIA = 'SIP/2.0/UDP 127.0.0.1:5070';

describe('ServerTransactions', () => {
  let transactions: ServerTransactions;

  beforeEach(() => {
    transactions = new ServerTransactions({ clock: new VirtualClock(), timers: DEFAULT_TIMERS, reply() {}, limit: 2 });
  });

  it('finds a copy by branch, sent-by and method (RFC 3261 17.2.3)', () => {
    const invite = transactions.create(request(), source('udp'));
    const options = transactions.create(request({ method: 'OPTIONS' }), source('udp'));
    expect(transactions.match(request())).toBe(invite);
    expect(transactions.match(request({ method: 'OPTIONS' }))).toBe(options);
  });

  it.each([
    ['branch', request({ branch: 'z9hG4bKbob' })],
    ['sent-by host', request({ via: 'SIP/2.0/UDP 127.0.0.2:5070;branch=z9hG4bKalice1' })],
    ['sent-by port', request({ via: 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKalice1' })],
    ['method', request({ method: 'BYE' })],
  ])('takes a request with another %s for a new one (RFC 3261 17.2.3)', (_what, other) => {
    transactions.create(request(), source('udp'));
    expect(transactions.match(other)).toBeUndefined();
  });

  it('takes a missing port in sent-by for 5060 and compares hosts without case', () => {
    const via = 'SIP/2.0/UDP Pc.example.com:5060;branch=z9hG4bK1';
    const known = transactions.create(request({ via }), source('udp'));
    expect(transactions.match(request({ via: 'SIP/2.0/UDP pc.EXAMPLE.com;branch=z9hG4bK1' }))).toBe(known);
  });

  it('finds a copy also after the Via was stamped with its source (RFC 3581)', () => {
    const stamped = request();
    stamped.stampVia('127.0.0.9', 40_000);
    const known = transactions.create(stamped, source('udp'));
    expect(transactions.match(request())).toBe(known);
  });

  it('gives the ACK of a non-2xx response to its INVITE (RFC 3261 17.2.3)', () => {
    const invite = transactions.create(request(), source('udp'));
    invite.respond(486, 'busy');
    expect(transactions.match(request({ method: 'ACK' }))).toBe(invite);
  });

  it('gives the ACK of a 2xx to nobody, even with the branch of the INVITE (RFC 6026 7.1)', () => {
    const invite = transactions.create(request(), source('udp'));
    invite.respond(200, 'ok');
    expect(transactions.match(request({ method: 'ACK' }))).toBeUndefined();
  });

  it.each([
    ['no branch', OLD_VIA],
    ['a branch of RFC 2543', `${OLD_VIA};branch=1`],
    ['a branch that is only the cookie', `${OLD_VIA};branch=z9hG4bK`],
  ])('compares what identifies a request where there is %s (RFC 3261 17.2.3)', (_what, via) => {
    const known = transactions.create(request({ via }), source('udp'));
    expect(transactions.match(request({ via }))).toBe(known);
    expect(transactions.match(request({ via, callId: 'call-2' }))).toBeUndefined();
    expect(transactions.match(request({ via, fromTag: 'a2' }))).toBeUndefined();
    expect(transactions.match(request({ via, toTag: 'b2' }))).toBeUndefined();
    expect(transactions.match(request({ via, cseq: 2 }))).toBeUndefined();
    expect(transactions.match(request({ via, uri: 'sip:carol@127.0.0.1' }))).toBeUndefined();
    expect(transactions.match(request({ via: via.replace('5070', '5071') }))).toBeUndefined();
  });

  it('finds the INVITE of an ACK without branch by the tag of our response (RFC 3261 17.2.3)', () => {
    const invite = request({ via: OLD_VIA });
    const known = transactions.create(invite, source('udp'));
    expect(transactions.match(request({ method: 'ACK', via: OLD_VIA, toTag: 'b1' }))).toBeUndefined();
    known.respond(486, buildResponse(invite, 486, 'Busy Here', { toTag: 'b1' }));
    expect(transactions.match(request({ method: 'ACK', via: OLD_VIA, toTag: 'b1' }))).toBe(known);
    expect(transactions.match(request({ method: 'ACK', via: OLD_VIA, toTag: 'b2' }))).toBeUndefined();
  });

  it('finds the INVITE of a CANCEL by its branch (RFC 3261 9.2)', () => {
    const invite = transactions.create(request(), source('udp'));
    expect(transactions.matchInvite(request({ method: 'CANCEL' }), source('udp'))).toBe(invite);
  });

  it('does not take the CANCEL for a copy of the INVITE (RFC 3261 17.2.3)', () => {
    transactions.create(request(), source('udp'));
    expect(transactions.match(request({ method: 'CANCEL' }))).toBeUndefined();
  });

  it('finds no INVITE for a CANCEL of another method (RFC 3261 9.2)', () => {
    transactions.create(request({ method: 'OPTIONS' }), source('udp'));
    expect(transactions.matchInvite(request({ method: 'CANCEL' }), source('udp'))).toBeUndefined();
  });

  it('finds the request other than INVITE that a CANCEL is for (RFC 3261 9.2)', () => {
    const options = transactions.create(request({ method: 'OPTIONS' }), source('udp'));
    expect(transactions.matchOther(request({ method: 'CANCEL' }), source('udp'))).toBe(options);
    expect(transactions.matchOther(request({ method: 'CANCEL' }), source('udp', '127.0.0.66'))).toBeUndefined();
    transactions.create(request(), source('udp'));
    expect(transactions.matchOther(request({ method: 'CANCEL', callId: 'guess' }), source('udp'))).toBeUndefined();
  });

  it.each([
    ['Call-ID', request({ method: 'CANCEL', callId: 'guess' }), '127.0.0.1'],
    ['From tag', request({ method: 'CANCEL', fromTag: 'guess' }), '127.0.0.1'],
    ['CSeq number', request({ method: 'CANCEL', cseq: 2 }), '127.0.0.1'],
    ['source address', request({ method: 'CANCEL' }), '127.0.0.66'],
  ])('refuses a CANCEL with another %s (security R4)', (_what, cancel, address) => {
    transactions.create(request(), source('udp'));
    expect(transactions.matchInvite(cancel, source('udp', address))).toBeUndefined();
  });

  it('is full at its limit and has room again when a transaction ends (security R9)', () => {
    const first = transactions.create(request({ method: 'OPTIONS', branch: 'z9hG4bK1' }), source('tcp'));
    expect(transactions.full).toBe(false);
    transactions.create(request({ method: 'OPTIONS', branch: 'z9hG4bK2' }), source('tcp'));
    expect(transactions.full).toBe(true);
    first.respond(200, 'ok');
    expect(transactions.full).toBe(false);
    expect(transactions.size).toBe(1);
  });
});
