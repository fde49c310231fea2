import { SipRequest, SipResponse } from './message.js';
import { normalised } from './normalise.js';
import { declaredLength, type HeaderScan, scanHeaders } from './scan.js';
import { parseStartLine, type StartLine } from './start-line.js';

export interface Malformed {
  readonly malformed: true;
  /** A phrase fit for a log line and for the reason of a 400. */
  readonly reason: string;
  /** Present when the message is a request that may be answered with 400: not an ACK, and with a Via to answer to. */
  readonly request?: SipRequest;
}

/**
 * Parses one whole message in latin1, such as a datagram or what `StreamFramer` gives. Never throws. Empty lines before
 * the start line are skipped (RFC 3261 7.5). Octets after the declared body are cut off and so never forwarded
 * (18.3, security: P10); a body shorter than declared is for `checkRequest` and `checkResponse` to refuse.
 * Limits: start line and each header field 8 kB, 200 header fields.
 */
export function parseMessage(text: string): SipRequest | SipResponse | Malformed {
  let start = 0;
  while (text.startsWith('\r\n', start)) start += 2;
  const lineEnd = text.indexOf('\r', start);
  if (lineEnd < 0 || text.charCodeAt(lineEnd + 1) !== 0x0a) return { malformed: true, reason: 'No start line' };
  const line = parseStartLine(text, start, lineEnd);
  if (line.kind === 'malformed') return { malformed: true, reason: line.problem };
  return assemble(start === 0 ? text : text.slice(start), line, lineEnd + 2 - start);
}

function assemble(text: string, line: StartLine, headersStart: number): SipRequest | SipResponse | Malformed {
  const scan = scanHeaders(text, headersStart);
  if (scan.untidy) {
    const tidy = normalised(text, scan.index, headersStart, scan.bodyStart);
    return finish(tidy, line, headersStart, { ...scanHeaders(tidy, headersStart), problem: scan.problem });
  }
  return finish(text, line, headersStart, scan);
}

function finish(text: string, line: StartLine, headersStart: number, scan: HeaderScan) {
  const whole = scan.problem === undefined ? withoutTail(text, scan) : text;
  if (line.kind === 'response') {
    if (scan.problem !== undefined) return { malformed: true as const, reason: scan.problem };
    return new SipResponse(whole, headersStart, scan.bodyStart, scan.index, line.status, line.reason);
  }
  if (line.kind === 'malformed') return { malformed: true as const, reason: line.problem };
  const bodyStart = scan.bodyStart < 0 ? whole.length : scan.bodyStart;
  const request = new SipRequest(whole, headersStart, bodyStart, scan.index, line.method, line.uri, line.version);
  const problem = line.problem ?? scan.problem;
  return problem === undefined ? request : refused(request, problem);
}

/** An ACK is never answered, and without a Via nobody knows what to answer to. */
function refused(request: SipRequest, reason: string): Malformed {
  const answerable = request.method !== 'ACK' && request.topVia !== undefined;
  return answerable ? { malformed: true, reason, request } : { malformed: true, reason };
}

function withoutTail(text: string, scan: HeaderScan): string {
  const length = declaredLength(text, scan.index);
  if (length === undefined || length < 0) return text;
  const end = scan.bodyStart + length;
  return end < text.length ? text.slice(0, end) : text;
}
