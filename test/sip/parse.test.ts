import { describe, expect, it } from 'vitest';
import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { INVITE_LINES, inviteWith, messageText, requestOf } from './messages.js';

describe('parseMessage', () => {
  it('tells requests from responses', () => {
    expect(parseMessage(inviteWith())).toBeInstanceOf(SipRequest);
    expect(parseMessage(messageText(['SIP/2.0 200 OK', ...INVITE_LINES.slice(1)]))).toBeInstanceOf(SipResponse);
  });

  it('skips empty lines before the start line (RFC 3261 7.5)', () => {
    expect(requestOf(`\r\n\r\n${inviteWith()}`).text).toBe(inviteWith());
  });

  it.each(['', '\r\n', '\r\n\r\n', 'x', '\0', '\n\n', 'INVITE sip:a@h SIP/2.0', 'hello there\r\n\r\n'])(
    'finds nothing to answer in %j',
    (text) => {
      const result = parseMessage(text);
      expect(result).toMatchObject({ malformed: true });
      expect(result).not.toHaveProperty('request');
    },
  );

  it('cuts off what follows the declared body, so that it is never forwarded (RFC 3261 18.3, P10)', () => {
    const text = messageText([...INVITE_LINES, 'Content-Length: 3'], `abc${inviteWith()}`);
    const request = requestOf(text);
    expect(request.body).toBe('abc');
    expect(request.text.endsWith('\r\n\r\nabc')).toBe(true);
  });

  it('takes the rest of a datagram as the body when there is no Content-Length (RFC 3261 18.3)', () => {
    expect(requestOf(`${INVITE_LINES.join('\r\n')}\r\n\r\nrest`).body).toBe('rest');
  });

  it('leaves a body that is too short for the sanity check', () => {
    expect(requestOf(messageText([...INVITE_LINES, 'Content-Length: 9'], 'abc')).body).toBe('abc');
  });

  it('keeps binary bodies octet for octet', () => {
    const body = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    expect(requestOf(messageText(INVITE_LINES, body)).body).toBe(body);
  });

  it('gives the readable rest of a malformed request, without the lines at fault (P2)', () => {
    const result = parseMessage(inviteWith('To\u0001: <sip:x@h>;tag=1'));
    expect(result).toMatchObject({ malformed: true, reason: 'Bad header name' });
    const request = 'malformed' in result ? result.request : undefined;
    expect(request?.to?.uriText).toBe('sip:bob@proxy.test');
    expect(request?.toTag).toBeUndefined();
    expect(request?.callId).toBe('call-1@192.0.2.7');
  });

  it('gives nothing to answer for a malformed ACK, and for a request without a usable Via', () => {
    const ack = inviteWith('X\u0001: y', 'CSeq: 17 ACK').replace('INVITE', 'ACK');
    expect(parseMessage(ack)).toEqual({ malformed: true, reason: 'Bad header name' });
    expect(parseMessage(inviteWith('X\u0001: y', 'Via: SIP/2.0/UDP :]'))).toEqual({
      malformed: true,
      reason: 'Bad header name',
    });
  });

  it('drops malformed responses without an answer', () => {
    const text = messageText(['SIP/2.0 200 OK', ...INVITE_LINES.slice(1), 'X\u0001: y']);
    expect(parseMessage(text)).toEqual({ malformed: true, reason: 'Bad header name' });
  });
});
