import { describe, expect, it } from 'vitest';
import { type FramedEvent, StreamFramer } from '../../src/sip/framing.js';
import { INVITE_LINES, inviteWith, messageText, seeded } from './messages.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const frame = (text: string, limits?: { maxMessage?: number }) => new StreamFramer(limits).push(bytes(text));
const HEAD = 'INFO sip:h SIP/2.0\r\n';

describe('the stream framer (RFC 3261 18.3)', () => {
  it('gives several messages of one chunk, each exactly', () => {
    const one = messageText(INVITE_LINES, 'a body\r\n\r\nwith lines');
    expect(frame(one + one)).toEqual([
      { kind: 'message', text: one },
      { kind: 'message', text: one },
    ]);
  });

  it('waits for the rest of a header and of a body', () => {
    const framer = new StreamFramer();
    const text = messageText(INVITE_LINES, 'body');
    expect(framer.push(bytes(text.slice(0, 50)))).toEqual([]);
    expect(framer.push(bytes(text.slice(50, -1)))).toEqual([]);
    expect(framer.pending).toBe(text.length - 1);
    expect(framer.push(bytes(text.slice(-1)))).toEqual([{ kind: 'message', text }]);
    expect(framer.pending).toBe(0);
  });

  it('keeps binary octets', () => {
    const text = messageText(INVITE_LINES, '\0\u00ff\u0080');
    expect(frame(text)).toEqual([{ kind: 'message', text }]);
  });

  it('gives a ping for CRLFCRLF between messages, and ignores a single CRLF (RFC 5626 3.5.1)', () => {
    const text = inviteWith();
    expect(frame('\r\n\r\n')).toEqual([{ kind: 'ping' }]);
    expect(frame('\r\n\r\n\r\n\r\n')).toEqual([{ kind: 'ping' }, { kind: 'ping' }]);
    expect(frame(`\r\n${text}\r\n`)).toEqual([{ kind: 'message', text }]);
    expect(frame(`${text}\r\n\r\n${text}`).map((event) => event.kind)).toEqual(['message', 'ping', 'message']);
    expect(frame(`\r\n${text}\r\n${text}`).map((event) => event.kind)).toEqual(['message', 'message']);
  });

  it('reads Content-Length in compact form, folded, or with a blank before the colon', () => {
    for (const length of ['l:3', 'Content-Length : 3', 'CONTENT-LENGTH:\r\n 3']) {
      const text = `${HEAD}${length}\r\n\r\nabc`;
      expect(frame(text)).toEqual([{ kind: 'message', text }]);
    }
  });

  it.each([
    ['no Content-Length', 'X: y\r\n\r\n', 'Missing Content-Length'],
    ['a negative one', 'l: -999\r\n\r\n', 'Bad Content-Length'],
    ['two', 'l: 1\r\nContent-Length: 2\r\n\r\n', 'Bad Content-Length'],
    ['the same twice', 'l: 1\r\nl: 1\r\n\r\n', 'Bad Content-Length'],
    ['one that is no number', 'l: 0x10\r\n\r\n', 'Bad Content-Length'],
    ['an absurd one', 'l: 18446744073709551616\r\n\r\n', 'Bad Content-Length'],
    ['one above the limit', 'l: 65536\r\n\r\n', 'Message too large'],
    ['a header that hides another', 'X: a\nl: 5\r\nl: 0\r\n\r\n', 'Bare CR or LF in header'],
    ['a name that is no token', 'l\u0001: 5\r\nl: 0\r\n\r\n', 'Bad header name'],
    ['NUL', 'X: \0\r\nl: 0\r\n\r\n', 'NUL in header'],
  ])('fails once at %s and gives nothing more (P8, P9)', (_what, headers, reason) => {
    const framer = new StreamFramer();
    const events = framer.push(bytes(HEAD + headers + inviteWith()));
    expect(events).toEqual([{ kind: 'error', reason, text: HEAD + headers }]);
    expect(framer.failed).toBe(true);
    expect(framer.push(bytes(inviteWith()))).toEqual([]);
    expect(framer.pending).toBe(0);
  });

  it('fails at a line feed in the start line, which another parser may take for its end', () => {
    const [event] = frame('INFO sip:h SIP/2.0\nl: 100\r\nl: 0\r\n\r\n');
    expect(event).toMatchObject({ kind: 'error', reason: 'Bare CR or LF in start line' });
  });

  it('gives messages before the fault first', () => {
    expect(frame(`${inviteWith()}${HEAD}\r\n`).map((event) => event.kind)).toEqual(['message', 'error']);
  });

  it.each(['\u0016\u0003\u0001', '\0\0', ' INVITE', '\rX', '<xml>', '{}'])('fails at once at %j', (start) => {
    expect(frame(start)).toEqual([{ kind: 'error', reason: 'No SIP message', text: '' }]);
  });

  it('waits for what may follow a lone CR', () => {
    const framer = new StreamFramer();
    expect(framer.push(bytes('\r'))).toEqual([]);
    expect(framer.push(bytes('\n\r'))).toEqual([]);
    expect(framer.push(bytes('\n'))).toEqual([{ kind: 'ping' }]);
  });

  it('fails when a header does not end within the limit (P12)', () => {
    const text = `${HEAD}X: ${'a'.repeat(2000)}`;
    expect(frame(text, { maxMessage: 1000 })).toEqual([
      { kind: 'error', reason: 'Message too large', text: text.slice(0, 1000) },
    ]);
  });

  it('accepts a message of exactly the limit', () => {
    const text = inviteWith();
    expect(frame(text, { maxMessage: text.length })).toEqual([{ kind: 'message', text }]);
    expect(frame(text, { maxMessage: text.length - 1 })).toMatchObject([{ kind: 'error' }]);
  });

  it('holds one octet for each octet received, however they arrive', () => {
    const framer = new StreamFramer();
    const text = messageText(INVITE_LINES, 'x'.repeat(60_000));
    let events: FramedEvent[] = [];
    for (const octet of bytes(text)) events = framer.push(Buffer.from([octet]));
    expect(events).toEqual([{ kind: 'message', text }]);
  });
});

describe('any cut of a stream into chunks', () => {
  const PIECES = [
    inviteWith(),
    messageText(INVITE_LINES, 'body with \r\n\r\n inside'),
    '\r\n',
    '\r\n\r\n',
    `${HEAD}l: 3\r\n\r\nabc`,
    inviteWith('Subject: a\r\n b'),
  ];
  const ENDINGS = [
    '',
    `${HEAD}X: y\r\n\r\nrest`,
    `${HEAD}l: 9\r\n\r\nshort`,
    '\r',
    '\rx',
    `X: ${'a'.repeat(3000)}`,
    '\0',
  ];

  it('gives the same events', () => {
    const random = seeded(20261121);
    const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
    for (let round = 0; round < 400; round++) {
      let stream = '';
      for (let i = Math.floor(random() * 5); i >= 0; i--) stream += pick(PIECES);
      stream += pick(ENDINGS);
      const whole = frame(stream, { maxMessage: 2000 });
      const framer = new StreamFramer({ maxMessage: 2000 });
      const cut: FramedEvent[] = [];
      const longest = random() < 0.3 ? 1 : 1 + Math.floor(random() * 400);
      for (let at = 0; at < stream.length; ) {
        const size = 1 + Math.floor(random() * longest);
        cut.push(...framer.push(bytes(stream.slice(at, at + size))));
        at += size;
      }
      expect(cut).toEqual(whole);
    }
  });
});
