import { utf8Of } from '../../sip/text.js';
import { compileEre } from '../posix/pattern.js';
import { PatternError } from '../posix/pattern-error.js';
import { type Fault, isBlank, type Part, trimmed } from './fault.js';
import type { Expression, Side } from './rule.js';

/** Kamailio finds exactly these bytes, even inside quotes; a tab instead of a blank hides them. */
const EXCEPT = ' EXCEPT ';
/** Kamailio's EXPRESSION_LENGTH. */
const MAX_EXPRESSION = 255;

/** Parses `list [EXCEPT list]` as Kamailio's parse_expression does; what is wrong is added to `faults`. */
export function parseSide(part: Part, faults: Fault[]): Side {
  const at = part.text.indexOf(EXCEPT);
  const list = trimmed(at < 0 ? part : { text: part.text.slice(0, at), offset: part.offset }, isBlank);
  const except = at < 0 ? [] : parseExceptions(part, at, faults);
  if (list.text === '') faults.push({ offset: part.offset, message: 'nothing before EXCEPT' });
  if (list.text === '' || list.text === 'ALL') return { all: true, list: [], except };
  return { all: false, list: parseList(list, faults), except };
}

function parseExceptions(part: Part, at: number, faults: Fault[]): Expression[] {
  const start = at + EXCEPT.length;
  const list = { text: part.text.slice(start), offset: part.offset + start };
  if (trimmed(list, isBlank).text !== '') return parseList(list, faults);
  faults.push({ offset: part.offset + at + 1, message: 'nothing after EXCEPT' });
  return [];
}

/** Comma-separated expressions, Kamailio's parse_expression_list: a comma inside quotes does not separate. */
function parseList(list: Part, faults: Fault[]): Expression[] {
  return pieces(list).flatMap((piece) => parseExpression(piece, faults));
}

function pieces(list: Part): Part[] {
  const found: Part[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= list.text.length; at++) {
    const char = list.text[at];
    if (char === '"') quoted = !quoted;
    if (char !== undefined && (char !== ',' || quoted)) continue;
    found.push({ text: list.text.slice(start, at), offset: list.offset + start });
    start = at + 1;
  }
  return found;
}

function parseExpression(piece: Part, faults: Fault[]): Expression[] {
  const { text, offset } = unquoted(piece);
  const fault = shapeFault(piece, text, offset);
  if (fault !== undefined) {
    faults.push(fault);
    return [];
  }
  try {
    return [{ text: utf8Of(text), offset, pattern: compileEre(text) }];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = utf8Of(`invalid regular expression "${text}": ${error.message}`);
    faults.push({ offset: offset + error.offset, message });
    return [];
  }
}

/** Quotes are optional and need not come in pairs; what stands between them is the expression, blanks included. */
function unquoted(piece: Part): Part {
  let start = 0;
  let end = piece.text.length;
  while (start < end && isBlank(piece.text.charAt(start))) start++;
  if (piece.text[start] === '"') start++;
  while (end > start && isBlank(piece.text.charAt(end - 1))) end--;
  if (end > start && piece.text[end - 1] === '"') end--;
  return { text: piece.text.slice(start, end), offset: piece.offset + start };
}

function shapeFault(piece: Part, text: string, offset: number): Fault | undefined {
  if (text === '') return { offset, message: 'an empty expression' };
  if (text.length > MAX_EXPRESSION) {
    return { offset, message: `an expression of ${text.length} bytes; Kamailio takes ${MAX_EXPRESSION} at most` };
  }
  return danglingExcept(piece);
}

/** With no blank after it, at the end of a line, Kamailio takes the word for a part of the last expression. */
function danglingExcept(piece: Part): Fault | undefined {
  const { text, offset } = trimmed(piece, isBlank);
  const at = text.length - 'EXCEPT'.length;
  if (!text.endsWith('EXCEPT') || !isBlank(text.charAt(at - 1))) return undefined;
  return { offset: offset + at, message: 'nothing after EXCEPT' };
}
