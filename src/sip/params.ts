import {
  BACKSLASH,
  COMMA,
  EQUALS,
  equalsFolded,
  GREATER,
  LESS,
  LIST_GAP,
  PARAM,
  PARAM_NAME,
  QUOTE,
  SEMICOLON,
  skip,
  trimEnd,
  WSP,
} from './chars.js';

/** The position after the quoted string that begins at `start` (RFC 3261 25.1, quoted-pair respected); -1 if unterminated. */
export function quotedEnd(text: string, start: number, end: number): number {
  for (let p = start + 1; p < end; p++) {
    const c = text.charCodeAt(p);
    if (c === BACKSLASH) p++;
    else if (c === QUOTE) return p + 1;
  }
  return -1;
}

/** The text of a quoted string without its quotes and with quoted pairs resolved. */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  let out = '';
  let from = 0;
  for (let at = inner.indexOf('\\'); at >= 0; at = inner.indexOf('\\', at + 2)) {
    out += inner.slice(from, at);
    from = at + 1;
  }
  return out + inner.slice(from);
}

/** Walks over `;name=value;name` (RFC 3261 25.1, generic-param) without making anything of what is not asked for. */
export class ParamCursor {
  /** The text that stands here breaks the grammar. */
  malformed = false;
  /** Offset of the semicolon of the current parameter, and of the one after it (or the end). */
  start = 0;
  next: number;
  #nameStart = 0;
  #nameEnd = 0;
  /** -1: the parameter has no value. */
  #valueStart = -1;
  #valueEnd = -1;

  constructor(
    readonly text: string,
    from: number,
    readonly end: number,
  ) {
    this.next = from;
  }

  /** Moves to the next parameter; false at the end, and at a fault, which sets `malformed`. */
  advance(): boolean {
    const { text, end } = this;
    this.start = this.next;
    if (this.start >= end) return false;
    this.#nameStart = skip(text, this.start + 1, end, WSP);
    this.#nameEnd = skip(text, this.#nameStart, end, PARAM_NAME);
    let p = skip(text, this.#nameEnd, end, WSP);
    this.#valueStart = -1;
    if (p < end && text.charCodeAt(p) === EQUALS) p = this.#readValue(skip(text, p + 1, end, WSP));
    const separated = p === end || text.charCodeAt(p) === SEMICOLON;
    if (text.charCodeAt(this.start) !== SEMICOLON || this.#nameEnd === this.#nameStart || !separated) {
      this.malformed = true;
      return false;
    }
    this.next = p;
    return true;
  }

  /** The position after the value and its white space; -1 when there is no value or no closing quote. */
  #readValue(start: number): number {
    const { text, end } = this;
    const isQuoted = start < end && text.charCodeAt(start) === QUOTE;
    this.#valueStart = start;
    this.#valueEnd = isQuoted ? quotedEnd(text, start, end) : skip(text, start, end, PARAM);
    return this.#valueEnd <= start ? -1 : skip(text, this.#valueEnd, end, WSP);
  }

  /** Whether the current parameter has this name; `lower` is in lower case. */
  isNamed(lower: string): boolean {
    return equalsFolded(this.text, this.#nameStart, this.#nameEnd, lower);
  }

  /** The value of the current parameter: '' when it has none, a quoted string without its quotes. */
  get value(): string {
    if (this.#valueStart < 0) return '';
    const value = this.text.slice(this.#valueStart, this.#valueEnd);
    return value.charCodeAt(0) === QUOTE ? unquote(value) : value;
  }
}

/** Whether `text[start..end)` is a sequence of `;name[=value]` and nothing else. */
export function areParams(text: string, start: number, end: number): boolean {
  if (start === end) return true;
  const cursor = new ParamCursor(text, start, end);
  while (cursor.advance());
  return !cursor.malformed;
}

/**
 * A header parameter by name, without case, from raw `;a=b;c` text: '' when it has no value, undefined when absent or
 * when the text before it is malformed. A quoted string comes without quotes. The first of equal names counts.
 */
export function headerParam(params: string, name: string): string | undefined {
  const lower = name.toLowerCase();
  const cursor = new ParamCursor(params, 0, params.length);
  while (cursor.advance()) if (cursor.isNamed(lower)) return cursor.value;
  return undefined;
}

/** How often a parameter stands in raw `;a=b;c` text: two tags are an ambiguity that nobody should guess about. */
export function countParam(params: string, name: string): number {
  const lower = name.toLowerCase();
  const cursor = new ParamCursor(params, 0, params.length);
  let count = 0;
  while (cursor.advance()) if (cursor.isNamed(lower)) count++;
  return count;
}

/** Raw `;a=b;c` text without the parameters of a name. */
export function withoutParam(params: string, name: string): string {
  const lower = name.toLowerCase();
  const cursor = new ParamCursor(params, 0, params.length);
  let out = '';
  while (cursor.advance()) if (!cursor.isNamed(lower)) out += params.slice(cursor.start, cursor.next);
  return out;
}

/** The end of the list element that begins at `start`: the next comma outside quotes and angle brackets, or `end`. */
export function elementEnd(text: string, start: number, end: number): number {
  let angle = false;
  for (let p = start; p < end; p++) {
    const c = text.charCodeAt(p);
    if (c === QUOTE && !angle) {
      const after = quotedEnd(text, p, end);
      if (after < 0) return end;
      p = after - 1;
    } else if (c === LESS) angle = true;
    else if (c === GREATER) angle = false;
    else if (c === COMMA && !angle) return p;
  }
  return end;
}

/**
 * The elements of a comma-separated header value (RFC 3261 7.3.1), trimmed; commas in quotes and in `<>` do not separate.
 * Empty elements are left out.
 */
export function splitList(value: string): string[] {
  const elements: string[] = [];
  for (let start = 0; start <= value.length; ) {
    const end = elementEnd(value, start, value.length);
    const from = skip(value, start, end, WSP);
    const to = trimEnd(value, from, end);
    if (to > from) elements.push(value.slice(from, to));
    start = end + 1;
  }
  return elements;
}

/** Whether a list has no element: nothing but commas and white space. */
export function isEmptyList(value: string): boolean {
  return skip(value, 0, value.length, LIST_GAP) === value.length;
}

/** What is left of a list without its first element; '' when that was the only one. Empty elements do not count. */
export function afterFirstElement(value: string): string {
  const first = skip(value, 0, value.length, LIST_GAP);
  return value.slice(skip(value, elementEnd(value, first, value.length), value.length, LIST_GAP));
}
