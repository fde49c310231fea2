import { describe, expect, it } from 'vitest';
import { checkRequest, checkResponse } from '../../src/sip/sanity.js';
import { INVITE_LINES, inviteWith, messageText, requestOf, responseOf } from './messages.js';

const check = (...lines: string[]) => checkRequest(requestOf(inviteWith(...lines)));
const without = (name: string) => INVITE_LINES.filter((line) => !line.startsWith(`${name}:`));
const refusal = (status: number, reason: string) => ({ status, reason });

describe('checkRequest', () => {
  it('passes a plain request', () => {
    expect(check()).toBeUndefined();
  });

  it.each([
    'Max-Forwards: 0',
    'Max-Forwards: none of its business',
    'Proxy-Require: nobody-knows-this',
    'X-Unknown: ;;,,;;,;',
    'To: <novel:scheme>',
    'From: <tel:+1555>;tag=1',
    'Expires: 4294967295',
    'Date: whenever',
    'Via: SIP/2.0/UNKNOWN h',
  ])('leaves %s to others', (line) => {
    expect(check(line)).toBeUndefined();
  });

  it.each(['From', 'To', 'Call-ID', 'CSeq'])(
    'answers 400 when %s is missing, and drops what has no CSeq (P5)',
    (name) => {
      const result = checkRequest(requestOf(messageText(without(name))));
      expect(result).toEqual(refusal(name === 'CSeq' ? 0 : 400, `Missing ${name}`));
    },
  );

  it('drops a request whose top Via is missing or malformed (P6)', () => {
    expect(checkRequest(requestOf(messageText(without('Via'))))).toEqual(refusal(0, 'Bad Via'));
    for (const bad of [':]', '[]', 'h\u0001', 'h:999999999', ';branch=b']) {
      expect(check(`Via: SIP/2.0/UDP ${bad}`)).toEqual(refusal(0, 'Bad Via'));
    }
  });

  it('answers 505 to another version (RFC 3261 21.5.6)', () => {
    const text = inviteWith();
    expect(checkRequest(requestOf(text.replace('SIP/2.0\r\n', 'SIP/7.0\r\n')))).toEqual(
      refusal(505, 'Version Not Supported'),
    );
    expect(checkRequest(requestOf(text.replace('SIP/2.0\r\n', 'sip/2.0\r\n')))).toBeUndefined();
  });

  it('answers 416 to an unknown scheme and 400 to no URI (RFC 3261 16.3)', () => {
    const withUri = (uri: string) =>
      checkRequest(requestOf(inviteWith().replace('sip:bob@proxy.test SIP', `${uri} SIP`)));
    expect(withUri('novel:opaque')).toEqual(refusal(416, 'Unsupported URI Scheme'));
    expect(withUri('<sip:bob@proxy.test>')).toEqual(refusal(400, 'Bad Request URI'));
    expect(withUri('sip:2001:db8::1')).toEqual(refusal(400, 'Bad Request URI'));
    expect(withUri('sips:bob@proxy.test')).toBeUndefined();
    expect(withUri('tel:+15551')).toBeUndefined();
  });

  it.each([
    'From: <sip:eve@h>;tag=e',
    'f: <sip:eve@h>;tag=e',
    't: <sip:eve@h>',
    'i: other',
    'CSeq: 17 INVITE',
    'Max-Forwards: 70',
  ])('answers 400 when a single-value header is repeated by %j (P4)', (line) => {
    const result = checkRequest(requestOf(messageText([...INVITE_LINES, line])));
    expect(result?.status).toBe(400);
    expect(result?.reason).toMatch(/^Repeated /);
  });

  it.each([
    ['Content-Length: 0', 'l: 0'],
    ['Expires: 1', 'Expires: 1'],
    ['Event: a', 'o: b'],
    ['c: text/plain', 'Content-Type: text/plain'],
  ])('answers 400 to %s together with %s (P4)', (a, b) => {
    expect(checkRequest(requestOf(messageText([...INVITE_LINES, a, b])))?.status).toBe(400);
  });

  it('passes repeated headers that may repeat', () => {
    const lines = [
      'Via: SIP/2.0/UDP b',
      'Route: <sip:h;lr>',
      'r: <sip:x@h>',
      'Route: <sip:h;lr>',
      'Contact: <sip:c@h>',
      'X-A: 1',
      'X-A: 2',
    ];
    expect(checkRequest(requestOf(messageText([...INVITE_LINES, ...lines])))).toBeUndefined();
  });

  it('answers 400 when CSeq has another method, no number or more than 32 bits (RFC 3261 8.1.1.5, P14)', () => {
    expect(check('CSeq: 17 BYE')).toEqual(refusal(400, 'CSeq method does not match request method'));
    expect(check('CSeq: 17 invite')).toEqual(refusal(400, 'CSeq method does not match request method'));
    for (const bad of ['INVITE', '4294967296 INVITE', '-1 INVITE', '17']) {
      expect(check(`CSeq: ${bad}`)).toEqual(refusal(400, 'CSeq number is illegal'));
    }
  });

  it.each([
    '',
    '<sip:a@h',
    '"a <sip:a@h>',
    'sip:a@h?x=y',
    '<sip:a@h:99999>',
    '<>',
    '<sip:a@h>;tag=1;tag=2',
    '<sip:a@h>, <sip:b@h>',
    'a;a="T\\',
  ])('answers 400 to From or To %j (P7)', (value) => {
    expect(check(`From: ${value}`)).toEqual(refusal(400, 'Invalid From Header'));
    expect(check(`To: ${value}`)).toEqual(refusal(400, 'Invalid To Header'));
  });

  it.each(['', 'a b', 'a, b'])('answers 400 to Call-ID %j', (value) => {
    expect(check(`Call-ID: ${value}`)).toEqual(refusal(400, 'Bad Call-ID'));
  });

  it.each(['5', '-1', '+0', '0x0', '0, 0', '18446744073709551616', '', 'zero'])(
    'answers 400 to Content-Length %j on an empty body (RFC 3261 18.3, P8)',
    (value) => {
      expect(check(`Content-Length: ${value}`)).toEqual(refusal(400, 'Content-Length mis-match'));
    },
  );

  it.each(['', '-1', '4294967296', '1000000000000000', 'soon', '1.5'])('answers 400 to Expires %j (P14)', (value) => {
    expect(check(`Expires: ${value}`)).toEqual(refusal(400, 'Expires value is illegal'));
  });

  it('answers 400 to a Contact that is none, in a REGISTER only (RFC 4475 3.1.2.13)', () => {
    const bad = 'Contact: sip:a@h?Route=%3Csip:x%3E';
    const register = inviteWith(bad).replaceAll('INVITE', 'REGISTER');
    expect(checkRequest(requestOf(register))).toEqual(refusal(400, 'Invalid Contact Header'));
    expect(check(bad)).toBeUndefined();
    expect(checkRequest(requestOf(register.replace(bad, 'Contact: *')))).toBeUndefined();
  });

  it('answers 403 above the given size only', () => {
    const request = requestOf(inviteWith());
    expect(checkRequest(request, { maxSize: request.text.length })).toBeUndefined();
    expect(checkRequest(request, { maxSize: request.text.length - 1 })).toEqual(refusal(403, 'Message too large'));
  });

  it('never has an answer for ACK (RFC 3261 8.2.3)', () => {
    const ack = inviteWith('CSeq: 17 INVITE').replace('INVITE', 'ACK');
    expect(checkRequest(requestOf(ack))).toEqual(refusal(0, 'CSeq method does not match request method'));
  });
});

describe('checkResponse', () => {
  const response = (...lines: string[]) => responseOf(inviteWith(...lines).replace(/^[^\r]*/, 'SIP/2.0 200 OK'));

  it('passes a plain response', () => {
    expect(checkResponse(response())).toBe(true);
    expect(checkResponse(response('CSeq: 17 BYE'))).toBe(true);
  });

  it.each([
    'Via: x',
    'From: <',
    'To: "',
    'Call-ID: ',
    'CSeq: 4294967296 INVITE',
    'Content-Length: 9',
    'Content-Length: -1',
  ])('drops one with %j', (line) => {
    expect(checkResponse(response(line))).toBe(false);
  });

  it('drops one that lacks or repeats a mandatory header', () => {
    expect(checkResponse(responseOf(messageText(['SIP/2.0 200 OK', ...without('Call-ID').slice(1)])))).toBe(false);
    expect(checkResponse(responseOf(messageText(['SIP/2.0 200 OK', ...INVITE_LINES.slice(1), 't: <sip:x@h>'])))).toBe(
      false,
    );
    expect(checkResponse(responseOf(messageText(['SIP/2.0 200 OK', ...without('Via').slice(1)])))).toBe(false);
  });
});
