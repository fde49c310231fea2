import { decimal, equalsFolded, isAll, SP, TOKEN, VISIBLE } from './chars.js';

/** Limit of a start line (security: P11). */
const MAX_START_LINE = 8192;

export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly version: string;
      readonly problem?: string;
    }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * Parses `text[start..end)`, the line without its CRLF (RFC 3261 25.1, Request-Line and Status-Line). A request line
 * with a fault in its URI or version still comes as a request, with the fault as `problem`, so that it can be answered.
 */
export function parseStartLine(text: string, start: number, end: number): StartLine {
  if (end - start > MAX_START_LINE) return malformed('Start line too large');
  if (text.indexOf('\n', start) !== end + 1) return malformed('Bare LF in start line');
  return equalsFolded(text, start, start + 4, 'sip/') ? statusLine(text, start, end) : requestLine(text, start, end);
}

function malformed(problem: string): StartLine {
  return { kind: 'malformed', problem };
}

function requestLine(text: string, start: number, end: number): StartLine {
  const afterMethod = text.indexOf(' ', start);
  const beforeVersion = text.lastIndexOf(' ', end - 1);
  if (afterMethod < 0 || afterMethod >= end || !isAll(text, start, afterMethod, TOKEN))
    return malformed('Bad request line');
  const method = text.slice(start, afterMethod);
  const uri = text.slice(afterMethod + 1, Math.max(afterMethod + 1, beforeVersion));
  const version = text.slice(beforeVersion + 1, end);
  // What else may be wrong with the URI is the business of `parseUri`.
  if (isVersion(version) && isAll(uri, 0, uri.length, VISIBLE)) return { kind: 'request', method, uri, version };
  return { kind: 'request', method, uri, version, problem: 'Bad request line' };
}

/** `SIP/` and two numbers. Another version than 2.0 is answered with 505 later. */
function isVersion(version: string): boolean {
  const dot = version.indexOf('.', 4);
  return (
    equalsFolded(version, 0, 4, 'sip/') &&
    decimal(version, 4, dot, 0xffff) !== undefined &&
    decimal(version, dot + 1, version.length, 0xffff) !== undefined
  );
}

function statusLine(text: string, start: number, end: number): StartLine {
  const versionEnd = start + 7;
  if (!equalsFolded(text, start, versionEnd, 'sip/2.0') || text.charCodeAt(versionEnd) !== SP) {
    return malformed('Bad status line');
  }
  const codeEnd = versionEnd + 4;
  const status = codeEnd <= end ? decimal(text, versionEnd + 1, codeEnd, 699) : undefined;
  const ends = codeEnd === end || text.charCodeAt(codeEnd) === SP;
  if (status === undefined || status < 100 || !ends) return malformed('Bad status code');
  const reason = text.slice(codeEnd + 1, end);
  return reason.includes('\0') ? malformed('NUL in reason phrase') : { kind: 'response', status, reason };
}
