import { HEX, isAll } from '../chars.js';

/** RFC 2396 2.2, and `%` itself: an escape of one of these is another thing than the octet (RFC 3261 19.1.4). */
const RESERVED = ';/?:@&=+$,%';

function decode(text: string, keepReserved: boolean): string {
  let percent = text.indexOf('%');
  if (percent < 0) return text;
  let out = '';
  let from = 0;
  for (; percent >= 0; percent = text.indexOf('%', from)) {
    out += text.slice(from, percent);
    from = percent + 1;
    const isEscape = percent + 3 <= text.length && isAll(text, percent + 1, percent + 3, HEX);
    if (!isEscape) out += '%';
    else {
      const octet = String.fromCharCode(Number.parseInt(text.slice(percent + 1, percent + 3), 16));
      out += keepReserved && RESERVED.includes(octet) ? text.slice(percent, percent + 3).toUpperCase() : octet;
      from = percent + 3;
    }
  }
  return out + text.slice(from);
}

/**
 * A user part with every `%xx` replaced by its octet (latin1 text). `%00` gives a NUL, which never ends anything here
 * (security: P13). Half an escape stays as it is.
 */
export function unescapeUser(user: string): string {
  return decode(user, false);
}

/** Text in the form in which RFC 3261 19.1.4 compares it: escapes of unreserved octets resolved, others in upper case. */
export function comparable(text: string): string {
  return decode(text, true);
}
