import { type Fault, isBlank, type Part, trimmed } from './fault.js';

/** Kamailio reads 499 bytes with the line feed, and takes the rest of a longer line, even of a comment, for a new one. */
const MAX_LINE = 498;

/** A line cut at its comment and its separator. */
export interface Line {
  /** Undefined for a line that holds no rule. */
  readonly sides: { readonly left: Part; readonly right: Part } | undefined;
  /** What stands before the comment. */
  readonly body: string;
  /** What stands after the `#`; undefined when there is none. */
  readonly comment: string | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Cuts one line (latin1 text without its line feed) as Kamailio's parse_config_line does: the comment begins at the
 * first `#` outside quotes, the sides part at the last `:` outside quotes, and nothing escapes a quote.
 * One carriage return at the end of the line is dropped.
 */
export function cutLine(raw: string): Line {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const { separator, end, openQuote } = scan(text);
  const body = text.slice(0, end);
  const comment = end < text.length ? text.slice(end + 1) : undefined;
  const faults = [...controlCharacters(text), ...overlong(raw.length)];
  if (faults.length > 0 || trimmed({ text: body, offset: 0 }, isBlank).text === '') {
    return { sides: undefined, body, comment, faults };
  }
  const left = { text: text.slice(0, Math.max(separator, 0)), offset: 0 };
  const right = { text: text.slice(separator + 1, end), offset: separator + 1 };
  const fault = separatorFault(separator, left, right, openQuote);
  if (fault !== undefined) return { sides: undefined, body, comment, faults: [fault] };
  return { sides: { left, right }, body, comment, faults };
}

interface Marks {
  /** Offset of the last colon outside quotes; -1: none. */
  readonly separator: number;
  /** Offset of the comment, or the length. */
  readonly end: number;
  /** Offset of a quotation mark that no other follows; -1: none. */
  readonly openQuote: number;
}

function scan(text: string): Marks {
  let separator = -1;
  let openQuote = -1;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') openQuote = openQuote < 0 ? at : -1;
    else if (openQuote >= 0) continue;
    else if (char === ':') separator = at;
    else if (char === '#') return { separator, end: at, openQuote };
  }
  return { separator, end: text.length, openQuote };
}

/** Enough to see what kind of file it is: one that is no text may be a single line of a million such bytes. */
const MAX_CONTROL_FAULTS = 10;

/** A carriage return or a NUL in the middle ends a line for one reader and not for another. */
function controlCharacters(text: string): Fault[] {
  const faults: Fault[] = [];
  for (let at = 0; at < text.length && faults.length < MAX_CONTROL_FAULTS; at++) {
    const byte = text.charCodeAt(at);
    if (byte >= 0x20 || byte === 0x09) continue;
    faults.push({ offset: at, message: `control character 0x${byte.toString(16).padStart(2, '0')}` });
  }
  return faults;
}

function overlong(length: number): Fault[] {
  if (length <= MAX_LINE) return [];
  const message = `a line of ${length} bytes: Kamailio would take what follows the first ${MAX_LINE} for another rule`;
  return [{ offset: MAX_LINE, message }];
}

function separatorFault(separator: number, left: Part, right: Part, openQuote: number): Fault | undefined {
  if (separator < 0 && openQuote >= 0) return { offset: openQuote, message: 'a quotation mark that is not closed' };
  if (separator < 0) return { offset: 0, message: 'no ":" outside quotes between the From and the Request-URI' };
  if (trimmed(left, isBlank).text === '') return { offset: separator, message: 'nothing before the ":"' };
  if (trimmed(right, isBlank).text === '') return { offset: separator, message: 'nothing after the ":"' };
  return undefined;
}
