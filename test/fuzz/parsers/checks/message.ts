import { deepEqual, equal, ok } from 'node:assert/strict';
import { Header } from '../../../../src/sip/header.js';
import type { SipMessage, SipRequest, SipResponse } from '../../../../src/sip/message.js';
import { parseMessage } from '../../../../src/sip/parse.js';

/** The header fields of the index lie inside the header, one after the other, and each is one tidy line. */
export function placesHold(message: SipMessage): void {
  const { text } = message;
  let before = message.headersStart;
  for (let i = 0; i < message.headerCount; i++) {
    const line = text.slice(message.lineStart(i), message.lineEnd(i));
    const name = message.name(i);
    ok(message.lineStart(i) >= before && message.lineEnd(i) <= text.length);
    ok(/^[-\w.!%*+`'~]+$/.test(name) && line.startsWith(`${name}:`), 'a name is a token, and the colon follows it');
    ok(/^[^\r\n]*\r\n$/.test(line), 'a line ends where its only line end is');
    equal(message.value(i), line.slice(name.length + 1).replace(/^[ \t]+|[ \t\r\n]+$/g, ''));
    ok(message.valueStart(i) > message.lineStart(i) && message.valueEnd(i) <= message.lineEnd(i) - 2);
    before = message.lineEnd(i);
  }
  ok(message.bodyStart >= before && message.bodyStart <= text.length);
}

/** In a message without a fault nothing stands between the lines, and the empty line follows the last one. */
export function linesAreWhole(message: SipMessage): void {
  let at = message.headersStart;
  for (let i = 0; i < message.headerCount; i++) {
    equal(message.lineStart(i), at);
    at = message.lineEnd(i);
  }
  equal(message.text.slice(at, message.bodyStart), '\r\n');
}

/** What was parsed is a fixed point: its text is read as the same message. */
export function readsTheSame(message: SipRequest | SipResponse): void {
  const again = parsedWhole(message.text);
  equal(again.text, message.text);
  equal(again.constructor, message.constructor);
  deepEqual(fieldsOf(again), fieldsOf(message));
}

/** The parts that are parsed when asked for come from the header fields that they are named after. */
export function partsHold(message: SipMessage): void {
  for (const [address, uri, tag, id] of [
    [message.from, message.fromUri, message.fromTag, Header.From],
    [message.to, message.toUri, message.toTag, Header.To],
  ] as const) {
    const value = message.first(id) ?? '';
    if (address === undefined) equal(uri ?? tag, undefined);
    else ok(value.includes(address.uriText) && value.endsWith(address.params));
    ok(tag !== '' && (tag === undefined || /;[ \t]*tag[ \t]*=/i.test(value)));
  }
  const { cseq, callId, topVia, declaredLength } = message;
  if (cseq !== undefined) equal(message.first(Header.CSeq)?.endsWith(cseq.method), true);
  ok(callId === undefined || /^[^\0- \x7f]+$/.test(callId));
  ok(topVia === undefined || message.text.includes(topVia.host));
  equal(declaredLength !== undefined, message.count(Header.ContentLength) > 0);
  for (const [i, name] of fieldsOf(message).entries()) {
    equal(message.firstNamed(name[0].toUpperCase()) !== undefined, true);
    for (const element of message.list(message.id(i))) ok(element !== '' && !/^[ \t]|[ \t]$/.test(element));
  }
}

export type Field = readonly [name: string, value: string];

export function fieldsOf(message: SipMessage): Field[] {
  return Array.from({ length: message.headerCount }, (_, i) => [message.name(i), message.value(i)] as const);
}

/** The Via elements of a message as it is going to be written. */
export function viasOf(message: SipMessage): string[] {
  return [message.topViaText.trim(), ...message.list(Header.Via).slice(1)];
}

/** The message that a text is, which must have no fault. */
export function parsedWhole(text: string): SipRequest | SipResponse {
  const message = parseMessage(text);
  ok(!('malformed' in message), 'malformed' in message ? message.reason : '');
  placesHold(message);
  linesAreWhole(message);
  return message;
}
