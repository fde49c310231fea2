import { ByteQueue } from '../util/byte-queue.js';
import { CR, is, LF, TOKEN } from './chars.js';
import { declaredLength, scanHeaders } from './scan.js';

export type FramedEvent =
  | { readonly kind: 'message'; readonly text: string }
  /** CRLFCRLF between messages (RFC 5626 3.5.1): answer with one CRLF. */
  | { readonly kind: 'ping' }
  /** The stream cannot be followed any further: answer 400 if `text` allows, and close (security: P9). */
  | { readonly kind: 'error'; readonly reason: string; readonly text: string };

const MAX_MESSAGE = 65536;
const END_OF_HEADER = Buffer.from('\r\n\r\n', 'latin1');

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 18.3). What comes out does not depend on how the stream is cut
 * into chunks. After an error event nothing more comes: a stream is never searched for the next start line.
 */
export class StreamFramer {
  readonly #max: number;
  readonly #pending = new ByteQueue();
  /** Octets of `#pending` that were searched for the end of the header already. */
  #searched = 0;
  /** Length of the message whose header is complete; 0 while it is not. */
  #expected = 0;
  /** A CRLF between messages was seen, and a second one makes a ping. */
  #halfPing = false;
  #failed = false;

  constructor(limits: { maxMessage?: number } = {}) {
    this.#max = limits.maxMessage ?? MAX_MESSAGE;
  }

  /** Whether an error event was given. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Octets that wait for the rest of their message. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Takes the next octets of the stream; answers what they complete, in order. */
  push(chunk: Buffer): FramedEvent[] {
    const events: FramedEvent[] = [];
    if (this.#failed) return events;
    this.#pending.append(chunk);
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      events.push(event);
      if (event.kind === 'error') break;
    }
    return events;
  }

  #next(): FramedEvent | undefined {
    if (this.#searched === 0 && this.#skipEmptyLines()) return { kind: 'ping' };
    if (this.#expected === 0) {
      const error = this.#readHeader();
      if (error !== undefined) return error;
    }
    if (this.#expected === 0 || this.#pending.length < this.#expected) return undefined;
    const text = this.#pending.bytes.toString('latin1', 0, this.#expected);
    this.#take(this.#expected);
    return { kind: 'message', text };
  }

  /** Skips CRLFs between messages; true at the second of two, which is a ping. */
  #skipEmptyLines(): boolean {
    for (;;) {
      const { bytes } = this.#pending;
      if (bytes[0] !== CR || bytes[1] !== LF) return false;
      this.#pending.consume(2);
      this.#halfPing = !this.#halfPing;
      if (!this.#halfPing) return true;
    }
  }

  #readHeader(): FramedEvent | undefined {
    const { bytes } = this.#pending;
    const [first] = bytes;
    if (first === undefined || (first === CR && bytes.length === 1)) return undefined;
    if (!is(first, TOKEN)) return this.#fail('No SIP message', 0);
    const found = bytes.indexOf(END_OF_HEADER, Math.max(0, this.#searched - END_OF_HEADER.length + 1));
    const headerEnd = found < 0 ? -1 : found + END_OF_HEADER.length;
    if (headerEnd > this.#max || (found < 0 && bytes.length > this.#max))
      return this.#fail('Message too large', this.#max);
    this.#searched = bytes.length;
    if (found < 0) return undefined;
    return this.#readLength(bytes.toString('latin1', 0, headerEnd));
  }

  #readLength(header: string): FramedEvent | undefined {
    // A header that two parsers may read differently leaves no trust in its Content-Length.
    const startLineEnd = header.indexOf('\n');
    if (header.indexOf('\r') !== startLineEnd - 1) return this.#fail('Bare CR or LF in start line', header.length);
    const scan = scanHeaders(header, startLineEnd + 1);
    if (scan.problem !== undefined) return this.#fail(scan.problem, header.length);
    const length = declaredLength(header, scan.index);
    if (length === undefined) return this.#fail('Missing Content-Length', header.length);
    if (length < 0) return this.#fail('Bad Content-Length', header.length);
    if (header.length + length > this.#max) return this.#fail('Message too large', header.length);
    this.#expected = header.length + length;
    return undefined;
  }

  #take(count: number): void {
    this.#pending.consume(count);
    this.#searched = 0;
    this.#expected = 0;
    this.#halfPing = false;
  }

  #fail(reason: string, length: number): FramedEvent {
    const text = this.#pending.bytes.toString('latin1', 0, length);
    this.#failed = true;
    this.#pending.clear();
    return { kind: 'error', reason, text };
  }
}
