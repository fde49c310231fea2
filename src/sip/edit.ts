import { Header, type HeaderId } from './header.js';
import { assertOneLine, headerLine } from './line.js';
import { type SipMessage, SipRequest } from './message.js';
import { afterFirstElement, elementEnd, isEmptyList } from './params.js';

/**
 * Changes to a message, applied in one pass while copying it out; what is not mentioned is copied octet for octet.
 * A request that was stamped (`stampVia`) is written with its stamped top Via. Every method refuses CR and LF in
 * names and values with a RangeError.
 */
export class Edit {
  #requestUri: string | undefined;
  #prepended = '';
  #appended = '';
  /** By header number: lines to write before it. */
  readonly #before: (string | undefined)[] = [];
  /** By header number: the value to write instead, or null to leave the line out. */
  readonly #values: (string | null | undefined)[] = [];

  constructor(readonly message: SipMessage) {
    if (message instanceof SipRequest && message.isStamped) this.topVia(message.topViaText);
  }

  /** Writes another Request-URI; no effect on a response. */
  requestUri(uri: string): this {
    assertOneLine(uri);
    this.#requestUri = uri;
    return this;
  }

  /** A new line above all header fields; of several the last one prepended is on top. */
  prepend(name: string, value: string): this {
    this.#prepended = headerLine(name, value) + this.#prepended;
    return this;
  }

  /** A new line before header number `i`, after those put there earlier. */
  before(i: number, name: string, value: string): this {
    this.#before[i] = (this.#before[i] ?? '') + headerLine(name, value);
    return this;
  }

  /** A new line after the last header field. */
  append(name: string, value: string): this {
    this.#appended += headerLine(name, value);
    return this;
  }

  /** Another value for header number `i`; its name stays as written. */
  value(i: number, value: string): this {
    assertOneLine(value);
    this.#values[i] = value;
    return this;
  }

  remove(i: number): this {
    this.#values[i] = null;
    return this;
  }

  /**
   * Removes the first comma-separated element of header `id`, and the line with it when it was alone; lines without any
   * element that stand above it go as well. Repeatable.
   */
  removeFirstElement(id: HeaderId): this {
    for (let i = this.#firstLine(id); i >= 0; i = this.#firstLine(id)) {
      const value = this.#valueOf(i);
      const rest = afterFirstElement(value);
      if (rest !== '') return this.value(i, rest);
      this.remove(i);
      if (!isEmptyList(value)) break;
    }
    return this;
  }

  /** Writes another first Via element; those after it on the same line stay. */
  topVia(element: string): this {
    const i = this.#firstLine(Header.Via);
    if (i < 0) return this;
    const value = this.#valueOf(i);
    return this.value(i, element + value.slice(elementEnd(value, 0, value.length)));
  }

  /** Adds a Content-Length where the message has none, as streams need it (RFC 3261 18.3). */
  contentLengthIfMissing(): this {
    const { message } = this;
    if (message.indexOf(Header.ContentLength) >= 0) return this;
    return this.append('Content-Length', String(message.text.length - message.bodyStart));
  }

  /** The edited message in latin1. */
  toString(): string {
    const { message } = this;
    const { text } = message;
    let out = this.#startLine() + this.#prepended;
    let copied = message.headersStart;
    const changes = Math.max(this.#before.length, this.#values.length);
    for (let i = 0; i < changes; i++) {
      const inserted = this.#before[i];
      const value = this.#values[i];
      if (inserted !== undefined) {
        out += text.slice(copied, message.lineStart(i)) + inserted;
        copied = message.lineStart(i);
      }
      if (value === undefined) continue;
      out += text.slice(copied, message.lineStart(i));
      if (value !== null) out += `${text.slice(message.lineStart(i), message.valueStart(i))}${value}\r\n`;
      copied = message.lineEnd(i);
    }
    if (this.#appended === '') return out + text.slice(copied);
    const end = message.bodyStart - 2;
    return out + text.slice(copied, end) + this.#appended + text.slice(end);
  }

  #startLine(): string {
    const { message } = this;
    if (this.#requestUri === undefined || !(message instanceof SipRequest)) {
      return message.text.slice(0, message.headersStart);
    }
    return `${message.method} ${this.#requestUri} ${message.version}\r\n`;
  }

  /** The first line of header `id` that is not removed. */
  #firstLine(id: HeaderId): number {
    let i = this.message.indexOf(id);
    while (i >= 0 && this.#values[i] === null) i = this.message.indexOf(id, i + 1);
    return i;
  }

  #valueOf(i: number): string {
    return this.#values[i] ?? this.message.value(i);
  }
}
