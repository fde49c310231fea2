import { describe, expect, it } from 'vitest';
import { unfold } from '../../src/sip/normalise.js';
import { inviteWith, requestOf } from './messages.js';

describe('unfolding (RFC 3261 7.3.1)', () => {
  it.each([
    ['a\r\n b', 'a b'],
    ['a \t\r\n \t b', 'a b'],
    ['a\r\n \r\n b', 'a b'],
    ['\r\n a', 'a'],
    ['a\r\n ', 'a'],
    ['a', 'a'],
    ['"x\r\n y";q', '"x y";q'],
  ])('makes %j into %j', (folded, flat) => {
    expect(unfold(folded)).toBe(flat);
  });
});

describe('a message with folds or white space before colons', () => {
  it('is written anew before any use, so that the next hop reads the same headers (P1, P3)', () => {
    const request = requestOf(inviteWith('To : <sip:bob@proxy.test>', 'Subject: a\r\n  b', 'X-Bypass\t: v'));
    expect(request.text).toContain('\r\nTo: <sip:bob@proxy.test>\r\n');
    expect(request.text).toContain('\r\nSubject: a b\r\nX-Bypass: v\r\n');
    expect(request.text).not.toMatch(/[ \t]:|\r\n[ \t]/);
    expect(request.firstNamed('subject')).toBe('a b');
  });

  it('keeps its start line and body octet for octet', () => {
    const text = 'INFO sip:a@b SIP/2.0\r\nX: 1\r\n 2\r\nl: 10\r\n\r\nl1\r\n  l2 :';
    const request = requestOf(text);
    expect(request.text).toBe('INFO sip:a@b SIP/2.0\r\nX: 1 2\r\nl: 10\r\n\r\nl1\r\n  l2 :');
    expect(request.body).toBe('l1\r\n  l2 :');
  });

  it('leaves a tidy message untouched', () => {
    const text = inviteWith('Subject:no space', 'X-A:   three');
    expect(requestOf(text).text).toBe(text);
  });
});
