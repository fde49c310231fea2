import { isAll, VISIBLE } from '../chars.js';
import { type CSeq, parseCSeq } from '../cseq.js';
import { Header, type HeaderId, headerIdOf } from '../header.js';
import { headerParam, type NameAddr, parseNameAddr } from '../name-addr.js';
import { elementEnd, splitList } from '../params.js';
import {
  declaredLength,
  type HeaderIndex,
  ID,
  LINE_END,
  LINE_START,
  NAME_END,
  STRIDE,
  VALUE_END,
  VALUE_START,
} from '../scan.js';
import { parseUri, type SipUri } from '../uri.js';
import { parseVia, type Via } from '../via.js';

/**
 * A message as its text and the places of its header fields. Values become strings when asked for; the parsed forms of
 * From, To, CSeq and the top Via are kept once made. Header fields are numbered from 0 in the order of the message.
 */
export abstract class SipMessage {
  // null: not parsed yet.
  #from: NameAddr | undefined | null = null;
  #fromUri: SipUri | undefined | null = null;
  #to: NameAddr | undefined | null = null;
  #toUri: SipUri | undefined | null = null;
  #cseq: CSeq | undefined | null = null;
  #topVia: Via | undefined | null = null;
  readonly #index: HeaderIndex;

  constructor(
    /** The whole message in latin1, one UTF-16 unit per octet: start line, header fields, body and nothing after it. */
    readonly text: string,
    /** Offset of the first header field. */
    readonly headersStart: number,
    readonly bodyStart: number,
    index: HeaderIndex,
  ) {
    this.#index = index;
  }

  get headerCount(): number {
    return this.#index.length / STRIDE;
  }

  #at(i: number, field: number): number {
    return this.#index[i * STRIDE + field] ?? 0;
  }

  id(i: number): HeaderId {
    return this.#at(i, ID) as HeaderId;
  }

  /** The name as written. */
  name(i: number): string {
    return this.text.slice(this.#at(i, LINE_START), this.#at(i, NAME_END));
  }

  /** The value, trimmed. Folds are gone: `parseMessage` writes a folded message anew. */
  value(i: number): string {
    return this.text.slice(this.#at(i, VALUE_START), this.#at(i, VALUE_END));
  }

  lineStart(i: number): number {
    return this.#at(i, LINE_START);
  }

  /** Offset after the CRLF of the line. */
  lineEnd(i: number): number {
    return this.#at(i, LINE_END);
  }

  valueStart(i: number): number {
    return this.#at(i, VALUE_START);
  }

  valueEnd(i: number): number {
    return this.#at(i, VALUE_END);
  }

  /** The number of the first header field `id` at or after number `from`, or -1. */
  indexOf(id: HeaderId, from = 0): number {
    const index = this.#index;
    for (let at = from * STRIDE; at < index.length; at += STRIDE) if (index[at] === id) return at / STRIDE;
    return -1;
  }

  /** The value of the first header field `id`. */
  first(id: HeaderId): string | undefined {
    const i = this.indexOf(id);
    return i < 0 ? undefined : this.value(i);
  }

  count(id: HeaderId): number {
    let count = 0;
    for (let i = this.indexOf(id); i >= 0; i = this.indexOf(id, i + 1)) count++;
    return count;
  }

  /** The values of all header fields `id`, one for each line. */
  all(id: HeaderId): string[] {
    const values: string[] = [];
    for (let i = this.indexOf(id); i >= 0; i = this.indexOf(id, i + 1)) values.push(this.value(i));
    return values;
  }

  /** The comma-separated elements of all header fields `id` (RFC 3261 7.3.1). Not for the authentication headers. */
  list(id: HeaderId): string[] {
    const elements: string[] = [];
    for (let i = this.indexOf(id); i >= 0; i = this.indexOf(id, i + 1)) elements.push(...splitList(this.value(i)));
    return elements;
  }

  /** The value of the first header field of any name, without case; compact and full form are the same name. */
  firstNamed(name: string): string | undefined {
    const id = headerIdOf(name, 0, name.length);
    if (id !== Header.Other) return this.first(id);
    const lower = name.toLowerCase();
    for (let i = this.indexOf(Header.Other); i >= 0; i = this.indexOf(Header.Other, i + 1)) {
      if (this.name(i).toLowerCase() === lower) return this.value(i);
    }
    return undefined;
  }

  get from(): NameAddr | undefined {
    if (this.#from === null) this.#from = this.#parsed(Header.From, parseNameAddr);
    return this.#from;
  }

  get fromUri(): SipUri | undefined {
    if (this.#fromUri === null) this.#fromUri = this.from && parseUri(this.from.uriText);
    return this.#fromUri;
  }

  get to(): NameAddr | undefined {
    if (this.#to === null) this.#to = this.#parsed(Header.To, parseNameAddr);
    return this.#to;
  }

  get toUri(): SipUri | undefined {
    if (this.#toUri === null) this.#toUri = this.to && parseUri(this.to.uriText);
    return this.#toUri;
  }

  get cseq(): CSeq | undefined {
    if (this.#cseq === null) this.#cseq = this.#parsed(Header.CSeq, parseCSeq);
    return this.#cseq;
  }

  /** Undefined when missing, empty or holding white space. */
  get callId(): string | undefined {
    const value = this.first(Header.CallId);
    return value !== undefined && isAll(value, 0, value.length, VISIBLE) ? value : undefined;
  }

  get topVia(): Via | undefined {
    if (this.#topVia === null) this.#topVia = parseVia(this.topViaText);
    return this.#topVia;
  }

  /** The text of the first Via element; '' when there is no Via. */
  get topViaText(): string {
    const i = this.indexOf(Header.Via);
    if (i < 0) return '';
    const start = this.valueStart(i);
    return this.text.slice(start, elementEnd(this.text, start, this.valueEnd(i)));
  }

  get fromTag(): string | undefined {
    return tagOf(this.from);
  }

  get toTag(): string | undefined {
    return tagOf(this.to);
  }

  /** Content-Length: undefined when absent, -1 when repeated or no number. */
  get declaredLength(): number | undefined {
    return declaredLength(this.text, this.#index);
  }

  /** The octets of the body. */
  get body(): string {
    return this.text.slice(this.bodyStart);
  }

  #parsed<T>(id: HeaderId, parse: (value: string) => T | undefined): T | undefined {
    const value = this.first(id);
    return value === undefined ? undefined : parse(value);
  }

  /** For `stampVia`: what was parsed of the top Via no longer holds. */
  protected forgetTopVia(): void {
    this.#topVia = null;
  }
}

/** A tag is a token, so an empty one is none. */
function tagOf(address: NameAddr | undefined): string | undefined {
  if (address === undefined || address.params === '') return undefined;
  const tag = headerParam(address.params, 'tag');
  return tag === '' ? undefined : tag;
}
