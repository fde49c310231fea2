import { describe, expect, it } from 'vitest';
import { Header } from '../../src/sip/header.js';
import { INVITE_LINES, inviteWith, messageText, requestOf, responseOf } from './messages.js';

const invite = () =>
  requestOf(
    messageText([
      ...INVITE_LINES,
      'v: SIP/2.0/TCP 198.51.100.2;branch=z9hG4bKw2 , SIP/2.0/UDP 198.51.100.3',
      'Supported:timer , "a,b"',
      'k: path',
      'X-Thing:  one  ',
      'x-thing: two',
    ]),
  );

describe('a message', () => {
  it('gives its headers by number', () => {
    const request = invite();
    expect(request.headerCount).toBe(INVITE_LINES.length + 5);
    expect([request.id(1), request.name(1), request.value(1)]).toEqual([Header.MaxForwards, 'Max-Forwards', '69']);
    expect(request.text.slice(request.lineStart(1), request.lineEnd(1))).toBe('Max-Forwards: 69\r\n');
    expect(request.text.slice(request.valueStart(1), request.valueEnd(1))).toBe('69');
  });

  it('gives its headers by name, compact and full form alike', () => {
    const request = invite();
    expect(request.count(Header.Via)).toBe(2);
    expect(request.indexOf(Header.Via, 1)).toBe(INVITE_LINES.length - 1);
    expect(request.first(Header.CallId)).toBe('call-1@192.0.2.7');
    expect(request.all(Header.Supported)).toEqual(['timer , "a,b"', 'path']);
    expect(request.list(Header.Supported)).toEqual(['timer', '"a,b"', 'path']);
    expect(request.first(Header.Expires)).toBeUndefined();
    expect(request.indexOf(Header.Expires)).toBe(-1);
  });

  it('gives unknown headers by name without case', () => {
    const request = invite();
    expect(request.firstNamed('X-THING')).toBe('one');
    expect(request.firstNamed('I')).toBe('call-1@192.0.2.7');
    expect(request.firstNamed('x-other')).toBeUndefined();
    expect(request.firstNamed('__proto__')).toBeUndefined();
  });

  it('parses From, To, CSeq, Call-ID and the top Via when asked', () => {
    const request = invite();
    expect(request.from).toEqual({ display: 'Alice', uriText: 'sip:alice@proxy.test', params: ';tag=a1' });
    expect([request.fromTag, request.toTag]).toEqual(['a1', undefined]);
    expect(request.fromUri?.user).toBe('alice');
    expect(request.toUri?.user).toBe('bob');
    expect(request.cseq).toEqual({ number: 17, method: 'INVITE' });
    expect(request.topVia).toMatchObject({ host: '192.0.2.7', port: 5062, branch: 'z9hG4bKw1' });
    expect(request.uri?.host).toBe('proxy.test');
    expect(request.from).toBe(request.from);
  });

  it('gives undefined for what is missing or malformed (P5)', () => {
    const request = requestOf('INFO http SIP/2.0\r\nFrom: "x\r\nCSeq: 1\r\nCall-ID: a b\r\n\r\n');
    expect([request.from, request.to, request.cseq, request.callId, request.topVia, request.uri]).toEqual(
      new Array(6).fill(undefined),
    );
    expect([request.fromUri, request.toUri, request.fromTag, request.toTag]).toEqual(new Array(4).fill(undefined));
    expect(request.topViaText).toBe('');
  });

  it('takes an empty tag for none', () => {
    expect(requestOf(inviteWith('To: <sip:b@h>;tag=""')).toTag).toBeUndefined();
    expect(requestOf(inviteWith('To: sip:b@h;tag=x')).toTag).toBe('x');
  });

  it('has the first element as top Via when several stand on one line', () => {
    const request = requestOf(inviteWith('Via: SIP/2.0/UDP a;branch="x,y" , SIP/2.0/UDP b'));
    expect(request.topViaText).toBe('SIP/2.0/UDP a;branch="x,y" ');
    expect(request.topVia?.branch).toBe('x,y');
  });
});

describe('stampVia', () => {
  it('shows in the top Via from then on (RFC 3261 18.2.1, RFC 3581)', () => {
    const request = requestOf(inviteWith('Via: SIP/2.0/UDP a;rport;branch=b, SIP/2.0/UDP c'));
    expect(request.topVia?.rport).toBe('');
    request.stampVia('2001:db8::7', 5071);
    expect(request.topViaText).toBe('SIP/2.0/UDP a;branch=b;rport=5071;received=2001:db8::7');
    expect(request.topVia).toMatchObject({ host: 'a', branch: 'b', rport: '5071', received: '2001:db8::7' });
  });

  it('may be repeated, the last one counts', () => {
    const request = requestOf(inviteWith());
    request.stampVia('192.0.2.1', 1);
    request.stampVia('192.0.2.2', 2);
    expect(request.topViaText).toBe('SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKw1;rport=2;received=192.0.2.2');
  });

  it('leaves a malformed Via alone', () => {
    const request = requestOf(inviteWith('Via: SIP/2.0/UDP []'));
    request.stampVia('192.0.2.1', 1);
    expect([request.isStamped, request.topViaText]).toEqual([false, 'SIP/2.0/UDP []']);
  });
});

describe('a response', () => {
  it('has status and reason', () => {
    const response = responseOf(messageText(['SIP/2.0 486 Busy Here', ...INVITE_LINES.slice(1)]));
    expect([response.status, response.reason, response.cseq?.method]).toEqual([486, 'Busy Here', 'INVITE']);
  });
});
