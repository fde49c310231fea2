import { COMMA, EQUALS, equalsFolded, is, PARAM, QUOTE, skip, TOKEN, WSP } from '../chars.js';
import { quotedEnd } from '../params.js';

const SCHEME = 'digest';

/** Whether the value of an authentication header is of the scheme Digest; others are skipped, not faulted. */
export function isDigest(value: string): boolean {
  const end = skip(value, 0, value.length, TOKEN);
  return equalsFolded(value, 0, end, SCHEME);
}

/**
 * The parameters of `Digest a=b, c="d"` by lower-case name. Quoted values come without their quotes and otherwise
 * untouched, as RFC 7616 3.4.1 hashes them. Undefined when the scheme is another, a value is missing or open, or a
 * parameter is repeated: two usernames must not be two truths (security: D13, D14); and when a value without quotes has
 * a backslash, which no token has and which would escape the quotes that the value is put into when it is sent back.
 */
export function digestParams(value: string): Map<string, string> | undefined {
  const end = value.length;
  let p = skip(value, 0, end, TOKEN);
  if (!equalsFolded(value, 0, p, SCHEME) || !is(value.charCodeAt(p), WSP)) return undefined;
  const params = new Map<string, string>();
  for (;;) {
    const nameStart = skip(value, p, end, WSP);
    const nameEnd = skip(value, nameStart, end, TOKEN);
    const equals = skip(value, nameEnd, end, WSP);
    if (nameEnd === nameStart || value.charCodeAt(equals) !== EQUALS) return undefined;
    const valueStart = skip(value, equals + 1, end, WSP);
    const quoted = value.charCodeAt(valueStart) === QUOTE;
    const valueEnd = quoted ? quotedEnd(value, valueStart, end) : skip(value, valueStart, end, PARAM);
    if (valueEnd <= valueStart) return undefined;
    if (!quoted && value.slice(valueStart, valueEnd).includes('\\')) return undefined;
    const name = value.slice(nameStart, nameEnd).toLowerCase();
    if (params.has(name)) return undefined;
    params.set(name, quoted ? value.slice(valueStart + 1, valueEnd - 1) : value.slice(valueStart, valueEnd));
    p = skip(value, valueEnd, end, WSP);
    if (p === end) return params;
    if (value.charCodeAt(p) !== COMMA) return undefined;
    p++;
  }
}
