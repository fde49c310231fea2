import { skip, trimEnd, WSP } from './chars.js';
import { type HeaderIndex, LINE_START, NAME_END, STRIDE, VALUE_END, VALUE_START } from './scan.js';

/**
 * Replaces each fold (CRLF and the white space around it) by one space (RFC 3261 7.3.1).
 * `value` holds no CR or LF other than those of folds.
 */
export function unfold(value: string): string {
  let out = '';
  let from = 0;
  for (let cr = value.indexOf('\r\n'); cr >= 0; cr = value.indexOf('\r\n', from)) {
    const text = value.slice(from, trimEnd(value, from, cr));
    out += out === '' || text === '' ? text : ` ${text}`;
    from = skip(value, cr + 2, value.length, WSP);
  }
  const last = value.slice(from);
  return out === '' || last === '' ? out + last : `${out} ${last}`;
}

/**
 * Writes the header fields anew without folds and without white space before the colon, so that this program and the
 * next hop, whatever its parser, read the same header (security: P1, P3). The start line and the body stay as they are.
 */
export function normalised(text: string, index: HeaderIndex, headersStart: number, bodyStart: number): string {
  let out = text.slice(0, headersStart);
  for (let at = 0; at < index.length; at += STRIDE) {
    const name = text.slice(index[at + LINE_START], index[at + NAME_END]);
    out += `${name}: ${unfold(text.slice(index[at + VALUE_START], index[at + VALUE_END]))}\r\n`;
  }
  return bodyStart < 0 ? out : `${out}\r\n${text.slice(bodyStart)}`;
}
