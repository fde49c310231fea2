import { describe, expect, it } from 'vitest';
import { buildAck, buildCancel, buildResponse, reasonPhrase } from '../../src/sip/build.js';
import { SipRequest } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { checkRequest, checkResponse } from '../../src/sip/sanity.js';
import { INVITE_LINES, inviteWith, messageText, requestOf, responseOf } from './messages.js';

const invite = () =>
  requestOf(
    messageText([
      ...INVITE_LINES,
      'v: SIP/2.0/TCP 198.51.100.2;branch=z9hG4bKw2',
      'Record-Route: <sip:198.51.100.2;lr>, <sip:198.51.100.3;lr>',
      'Timestamp: 54',
      'Route: <sip:next.test;lr>',
      'Proxy-Require: sec-agree',
      'Require: 100rel',
    ]),
  );

describe('buildResponse (RFC 3261 8.2.6)', () => {
  it('copies Via, From, To, Call-ID and CSeq, and adds a To tag and Content-Length', () => {
    const request = invite();
    request.stampVia('192.0.2.7', 5062);
    expect(buildResponse(request, 404, 'Not Found', { toTag: 't9' }).split('\r\n')).toEqual([
      'SIP/2.0 404 Not Found',
      'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKw1;rport=5062;received=192.0.2.7',
      'Via: SIP/2.0/TCP 198.51.100.2;branch=z9hG4bKw2',
      'From: "Alice" <sip:alice@proxy.test>;tag=a1',
      'To: <sip:bob@proxy.test>;tag=t9',
      'Call-ID: call-1@192.0.2.7',
      'CSeq: 17 INVITE',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('gives no To tag and copies Timestamp in a 100 (RFC 3261 8.2.6.1, 8.2.6.2)', () => {
    const response = buildResponse(invite(), 100, 'Trying', { toTag: 't9' });
    expect(response).toContain('\r\nTo: <sip:bob@proxy.test>\r\n');
    expect(response).toContain('\r\nTimestamp: 54\r\n');
    expect(response).not.toContain('Record-Route');
  });

  it.each([
    ['<sip:b@h>;tag', '<sip:b@h>;tag=t9'],
    ['<sip:b@h>;a=1;TAG="" ;b', '<sip:b@h>;a=1;b;tag=t9'],
    ['sip:b@h;tag', 'sip:b@h;tag=t9'],
    ['<sip:b@h>;tag;tag=x', '<sip:b@h>;tag=t9'],
  ])('puts its tag in the place of the empty one of To: %s, instead of a second one after it', (to, expected) => {
    const response = buildResponse(requestOf(inviteWith(`To: ${to}`)), 400, 'x', { toTag: 't9' });
    expect(response).toContain(`\r\nTo: ${expected}\r\n`);
  });

  it('keeps the To tag of the request', () => {
    const response = buildResponse(requestOf(inviteWith('To: sip:b@h;tag=own')), 481, 'x', { toTag: 't9' });
    expect(response).toContain('\r\nTo: sip:b@h;tag=own\r\n');
  });

  it('copies Record-Route into 101 to 299 of requests that make dialogs (RFC 3261 12.1.1)', () => {
    for (const status of [180, 200]) {
      expect(buildResponse(invite(), status, 'x')).toContain(
        '\r\nRecord-Route: <sip:198.51.100.2;lr>, <sip:198.51.100.3;lr>\r\n',
      );
    }
    expect(buildResponse(invite(), 302, 'x')).not.toContain('Record-Route');
    const options = requestOf(invite().text.replaceAll('INVITE', 'OPTIONS'));
    expect(buildResponse(options, 200, 'OK')).not.toContain('Record-Route');
  });

  it('adds headers in order, and body with type and length', () => {
    const response = buildResponse(invite(), 200, 'OK', {
      headers: [
        ['A', '1'],
        ['B', '2'],
      ],
      body: 'hello',
      contentType: 'text/plain',
    });
    expect(response.endsWith('\r\nA: 1\r\nB: 2\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello')).toBe(
      true,
    );
  });

  it('keeps all elements of a Via line and the stamp on the first', () => {
    const request = requestOf(inviteWith('Via: SIP/2.0/UDP a;branch=b , SIP/2.0/UDP c'));
    request.stampVia('192.0.2.1', 9);
    expect(buildResponse(request, 400, 'x')).toContain(
      '\r\nVia: SIP/2.0/UDP a;branch=b;rport=9;received=192.0.2.1, SIP/2.0/UDP c\r\n',
    );
  });

  it('leaves out what the request lacks (P5)', () => {
    const result = parseMessage('REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nBad\u0001: x\r\n\r\n');
    const request = 'malformed' in result ? result.request : undefined;
    expect(buildResponse(request as SipRequest, 400, 'Bad Request', { toTag: 't' })).toBe(
      'SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP a\r\nContent-Length: 0\r\n\r\n',
    );
  });

  it('copies the first of repeated headers only', () => {
    const request = requestOf(messageText([...INVITE_LINES, 'f: <sip:eve@h>;tag=e']));
    expect(buildResponse(request, 400, 'x')).not.toContain('eve');
  });

  it('gives what the parser accepts', () => {
    expect(checkResponse(responseOf(buildResponse(invite(), 200, 'OK', { toTag: 't9' })))).toBe(true);
  });

  it('refuses CR and LF in every part', () => {
    const evil = 'a\r\nX-Injected: b';
    expect(() => buildResponse(invite(), 200, evil)).toThrow(RangeError);
    expect(() => buildResponse(invite(), 200, 'OK', { toTag: evil })).toThrow(RangeError);
    expect(() => buildResponse(invite(), 200, 'OK', { headers: [['A', evil]] })).toThrow(RangeError);
    expect(() => buildResponse(invite(), 200, 'OK', { headers: [[evil, 'a']] })).toThrow(RangeError);
    expect(() => buildResponse(invite(), 200, 'OK', { contentType: evil })).toThrow(RangeError);
  });
});

describe('buildCancel (RFC 3261 9.1)', () => {
  it('has the identity of the INVITE, its top Via alone and its Route, and no Require', () => {
    expect(buildCancel(invite(), ['SIP;cause=200;text="Call completed elsewhere"']).split('\r\n')).toEqual([
      'CANCEL sip:bob@proxy.test SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKw1',
      'Route: <sip:next.test;lr>',
      'Max-Forwards: 70',
      'From: "Alice" <sip:alice@proxy.test>;tag=a1',
      'To: <sip:bob@proxy.test>',
      'Call-ID: call-1@192.0.2.7',
      'CSeq: 17 CANCEL',
      'Reason: SIP;cause=200;text="Call completed elsewhere"',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('passes the sanity check', () => {
    expect(checkRequest(requestOf(buildCancel(invite())))).toBeUndefined();
  });

  it('refuses CR and LF in a reason', () => {
    expect(() => buildCancel(invite(), ['SIP\r\nX: y'])).toThrow(RangeError);
  });
});

describe('buildAck (RFC 3261 17.1.1.3)', () => {
  it('takes To from the response and all else from the INVITE', () => {
    const response = responseOf(buildResponse(invite(), 486, 'Busy Here', { toTag: 'remote' }));
    const ack = buildAck(invite(), response);
    expect(ack.split('\r\n')).toEqual([
      'ACK sip:bob@proxy.test SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKw1',
      'Route: <sip:next.test;lr>',
      'Max-Forwards: 70',
      'From: "Alice" <sip:alice@proxy.test>;tag=a1',
      'To: <sip:bob@proxy.test>;tag=remote',
      'Call-ID: call-1@192.0.2.7',
      'CSeq: 17 ACK',
      'Content-Length: 0',
      '',
      '',
    ]);
    expect(requestOf(ack)).toBeInstanceOf(SipRequest);
  });
});

describe('reasonPhrase', () => {
  it('knows the registered codes, and falls back to the class (RFC 3261 8.1.3.2)', () => {
    expect(reasonPhrase(487)).toBe('Request Terminated');
    expect(reasonPhrase(499)).toBe('Bad Request');
    expect(reasonPhrase(999)).toBe('Unknown');
  });
});
