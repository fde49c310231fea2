import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';

/** Header lines of a plain INVITE, without Content-Length and body. */
export const INVITE_LINES: readonly string[] = [
  'INVITE sip:bob@proxy.test SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKw1',
  'Max-Forwards: 69',
  'From: "Alice" <sip:alice@proxy.test>;tag=a1',
  'To: <sip:bob@proxy.test>',
  'Call-ID: call-1@192.0.2.7',
  'CSeq: 17 INVITE',
  'Contact: <sip:alice@192.0.2.7:5062>',
];

/** The text of a message from its lines; Content-Length is added unless a line has it. */
export function messageText(lines: readonly string[], body = ''): string {
  const hasLength = lines.some((line) => /^(content-length|l)\s*:/i.test(line));
  const all = hasLength ? lines : [...lines, `Content-Length: ${body.length}`];
  return `${all.join('\r\n')}\r\n\r\n${body}`;
}

/** The plain INVITE with some lines replaced by name, or appended when the name is new. */
export function inviteWith(...lines: readonly string[]): string {
  const nameOf = (line: string) => line.slice(0, line.indexOf(':')).trim().toLowerCase();
  const replaced = INVITE_LINES.map(
    (line, i) => (i > 0 && lines.find((other) => nameOf(other) === nameOf(line))) || line,
  );
  const added = lines.filter((line) => !INVITE_LINES.some((other, i) => i > 0 && nameOf(other) === nameOf(line)));
  return messageText([...replaced, ...added]);
}

export function requestOf(text: string): SipRequest {
  const message = parseMessage(text);
  if (!(message instanceof SipRequest)) throw new Error(`no request: ${JSON.stringify(message)}`);
  return message;
}

export function responseOf(text: string): SipResponse {
  const message = parseMessage(text);
  if (!(message instanceof SipResponse)) throw new Error(`no response: ${JSON.stringify(message)}`);
  return message;
}

/** A small deterministic generator of numbers in [0, 1), so that a failing case can be run again (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
