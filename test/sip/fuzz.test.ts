import { describe, expect, it } from 'vitest';
import { buildResponse } from '../../src/sip/build.js';
import { parseChallenge, parseDigest } from '../../src/sip/digest.js';
import { Edit } from '../../src/sip/edit.js';
import { StreamFramer } from '../../src/sip/framing.js';
import { Header } from '../../src/sip/header.js';
import { type SipMessage, SipRequest } from '../../src/sip/message.js';
import { parseNameAddr, splitList } from '../../src/sip/name-addr.js';
import { parseMessage } from '../../src/sip/parse.js';
import { checkRequest, checkResponse } from '../../src/sip/sanity.js';
import { formatUri, parseUri, sameUri, unescapeUser, uriParam } from '../../src/sip/uri.js';
import { parseVia } from '../../src/sip/via.js';
import { INVITE_LINES, inviteWith, messageText, seeded } from './messages.js';

const ROUNDS = process.env.SIPCTL_TEST_LONG === undefined ? 4000 : 200_000;

const SEEDS = [
  inviteWith('To: "B, \\"x\\"" <sip:bob@[::1]:5060;lr?a=b>;tag=1', 'Subject: a\r\n b'),
  inviteWith('Via: SIP/2.0/UDP a:5060;rport;branch=z9hG4bKx;x="y,z" , SIP / 2.0 / TCP [::1]'),
  messageText(['SIP/2.0 200 OK', ...INVITE_LINES.slice(1), 'l: 3', 'X : \u00c3\u00b6'], 'abc'),
  messageText([...INVITE_LINES, 'Route: <sip:a,b@h;lr>, <sip:h>', 'Record-Route: <sip:h;lr>', 'm: *'], 'v=0\r\n'),
];
const VALUES = [
  'sip:a%20b:pw@h.test:5060;transport=tcp;lr?x=y&z=%41',
  'tel:+1-2(3);ext=9',
  'sips:[2001:db8::1]:5061',
  '"D, \\"q\\"" <sip:a@h>;q=0.5;x="y;z", <sip:b@h>',
  'SIP/2.0/UDP [::ffff:1.2.3.4]:5060;branch=z9hG4bK1;received="x"',
  'Digest username="a\\"b", realm="r", nonce="n==", uri="sip:h", response="00", qop=auth, nc=00000001, cnonce="c"',
];
const NASTY = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '<',
  '>',
  '@',
  '%',
  '=',
  '[',
  ']',
  '?',
  '\u00ff',
  '\r\n ',
  '\r\n\r\n',
  '::',
];

/** Some changes at random places: octets replaced, removed, doubled, pieces moved. */
function mutate(text: string, random: () => number): string {
  let out = text;
  for (let n = 1 + Math.floor(random() * 6); n > 0; n--) {
    const at = Math.floor(random() * (out.length + 1));
    const to = Math.min(out.length, at + Math.floor(random() * 12));
    const kind = random();
    if (kind < 0.4) out = out.slice(0, at) + (NASTY[Math.floor(random() * NASTY.length)] ?? '') + out.slice(at);
    else if (kind < 0.6) out = out.slice(0, at) + out.slice(to);
    else if (kind < 0.8) out = out.slice(0, to) + out.slice(at);
    else out = out.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + out.slice(at + 1);
  }
  return out;
}

/** Everything that can be asked of a message. */
function ask(message: SipMessage): void {
  for (let i = 0; i < message.headerCount; i++) {
    expect(message.lineStart(i)).toBeLessThan(message.lineEnd(i));
    expect(message.text.slice(message.lineStart(i), message.lineEnd(i) - 2)).not.toMatch(/[\r\n]/);
    message.list(message.id(i));
    message.firstNamed(message.name(i));
  }
  for (const value of [message.from, message.to, message.fromTag, message.toTag, message.cseq, message.callId])
    void value;
  for (const value of [message.topVia, message.fromUri, message.toUri, message.body, message.declaredLength])
    void value;
}

/** What is written from a message is a message again, with nothing slipped in. */
function rewrite(request: SipRequest): void {
  request.stampVia('192.0.2.1', 5060);
  const edit = new Edit(request).prepend('Via', 'SIP/2.0/UDP p;branch=z9hG4bKp').removeFirstElement(Header.Route);
  const copy = parseMessage(edit.append('X-Added', '1').toString());
  expect(copy).toBeInstanceOf(SipRequest);
  if (copy instanceof SipRequest) expect(Math.abs(copy.headerCount - request.headerCount - 2)).toBeLessThanOrEqual(1);
  expect(parseMessage(buildResponse(request, 400, 'Bad Request', { toTag: 't' }))).not.toHaveProperty('malformed');
}

describe('mutated input', () => {
  it('never makes the message parser throw, and what it lets through can be written again', () => {
    const random = seeded(4475);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const text = mutate(SEEDS[round % SEEDS.length] ?? '', random);
      const message = parseMessage(text);
      if ('malformed' in message) {
        refused++;
        if (message.request !== undefined) {
          ask(message.request);
          buildResponse(message.request, 400, message.reason);
        }
      } else if (message instanceof SipRequest) {
        ask(message);
        if (checkRequest(message) === undefined) rewrite(message);
        else buildResponse(message, 400, 'Bad Request', { toTag: 't' });
      } else {
        ask(message);
        checkResponse(message);
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 100);
    expect(refused).toBeLessThan(ROUNDS);
  });

  it('never makes the parsers of values throw, and accepted URIs survive being written', () => {
    const random = seeded(5118);
    let accepted = 0;
    for (let round = 0; round < ROUNDS * 3; round++) {
      const text = mutate(VALUES[round % VALUES.length] ?? '', random);
      for (const parse of [parseNameAddr, parseVia, parseDigest, parseChallenge, splitList, unescapeUser]) parse(text);
      const uri = parseUri(text);
      if (uri === undefined) continue;
      accepted++;
      uriParam(uri, 'transport');
      const again = parseUri(formatUri(uri));
      expect([text, again]).toEqual([text, uri]);
      expect(sameUri(uri, uri)).toBe(true);
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('never makes the stream framer throw', () => {
    const random = seeded(3261);
    for (let round = 0; round < ROUNDS / 4; round++) {
      const framer = new StreamFramer({ maxMessage: 4000 });
      const stream = SEEDS.map((seed) => mutate(seed, random)).join('');
      for (let at = 0; at < stream.length; at += 512) framer.push(Buffer.from(stream.slice(at, at + 512), 'latin1'));
      expect(framer.pending).toBeLessThanOrEqual(4000);
    }
  });
});

describe('long input', () => {
  it('is read to its end without recursion or backtracking (P16, P17)', () => {
    const long = 60_000;
    const nasty = ['"', '\\', '<', ',', ';a', ';a=', '%41', ' ', '\r\n ', ':', '[', '(', '=,', '"\\'];
    for (const piece of nasty) {
      const text = piece.repeat(long / piece.length);
      for (const parse of [parseNameAddr, parseVia, parseDigest, splitList, parseUri, unescapeUser]) parse(text);
      parseNameAddr(`<sip:a@h>${text}`);
      parseMessage(`INVITE sip:a@h SIP/2.0\r\nTo: ${text}\r\n\r\n`);
      parseMessage(`INVITE sip:a@h SIP/2.0\r\n${text}`);
    }
  });
});
