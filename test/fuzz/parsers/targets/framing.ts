import { deepEqual, equal, ok } from 'node:assert/strict';
import { type FramedEvent, StreamFramer } from '../../../../src/sip/framing.js';
import { parseMessage } from '../../../../src/sip/parse.js';

const MAX = 600;
/** Octets of the input that say how the rest is cut into chunks. */
const SIZES = 3;

/** Three octets with the sizes of chunks, and then the stream. */
export function fuzz(data: Buffer): void {
  const stream = data.subarray(SIZES);
  const whole = framed(stream, [stream.length]);
  deepEqual(framed(stream, [1]), whole, 'octet by octet the stream is the same');
  if (data.length > SIZES) deepEqual(framed(stream, [...data.subarray(0, SIZES)]), whole);
  eventsAreOf(stream.toString('latin1'), whole);
}

function framed(stream: Buffer, sizes: readonly number[]): FramedEvent[] {
  const framer = new StreamFramer({ maxMessage: MAX });
  const events: FramedEvent[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    const given = framer.push(stream.subarray(at, at + size));
    if (events.at(-1)?.kind === 'error') deepEqual(given, [], 'nothing comes after an error');
    events.push(...given);
    ok(framer.pending <= MAX, 'no more is kept than one message');
    equal(framer.failed, events.at(-1)?.kind === 'error');
    at += size;
  }
  return events;
}

/** The events tell the stream from its beginning without a gap: empty lines, of which two make a ping, and messages. */
function eventsAreOf(stream: string, events: readonly FramedEvent[]): void {
  let at = 0;
  let emptyLines = 0;
  for (const event of events) {
    for (; stream.startsWith('\r\n', at); at += 2) emptyLines++;
    if (event.kind === 'ping') emptyLines -= 2;
    ok(event.kind === 'ping' ? emptyLines >= 0 : emptyLines <= 1);
    if (event.kind === 'ping') continue;
    equal(stream.startsWith(event.text, at), true);
    at += event.text.length;
    emptyLines = 0;
    if (event.kind === 'message') messageHolds(event.text);
  }
}

function messageHolds(text: string): void {
  ok(text.length <= MAX);
  ok(text.includes('\r\n\r\n'));
  const message = parseMessage(text);
  if ('malformed' in message) return;
  equal(message.body.length, message.declaredLength, 'the parser ends the message where the framer does');
  ok(text.endsWith(message.body));
}
