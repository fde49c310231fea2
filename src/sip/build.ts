import { Header } from './header.js';
import { assertOneLine, headerLine } from './line.js';
import type { SipMessage, SipRequest, SipResponse } from './message.js';
import { elementEnd, withoutParam } from './params.js';

export { reasonPhrase } from './reason.js';

export interface ResponseParts {
  /** Put on To when it has no tag; not used for 100 (RFC 3261 8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Octets (latin1 text). */
  readonly body?: string;
  readonly contentType?: string;
}

/** Methods whose responses make a dialog, and so return the recorded route (RFC 3261 12.1.1, RFC 6665). */
const DIALOG_FORMING: readonly string[] = ['INVITE', 'SUBSCRIBE', 'REFER'];

/**
 * The text of a response (RFC 3261 8.2.6): all Via values (the top one stamped), From, To, Call-ID and CSeq of the
 * request, Timestamp into a 100, Record-Route into 101 to 299 where a dialog may form, then `parts`, and Content-Length.
 * Header fields that the request lacks are left out, so a 400 can be built for any request (security: P5).
 * Throws RangeError when the reason or a part holds CR or LF: nothing is cleaned silently.
 */
export function buildResponse(request: SipRequest, status: number, reason: string, parts: ResponseParts = {}): string {
  assertOneLine(reason);
  let out = `SIP/2.0 ${status} ${reason}\r\n${viaLines(request)}`;
  if (status > 100 && status < 300 && DIALOG_FORMING.includes(request.method)) {
    for (const value of request.all(Header.RecordRoute)) out += `Record-Route: ${value}\r\n`;
  }
  out += copied(request, 'From', Header.From) + toLine(request, status, parts.toTag);
  out += copied(request, 'Call-ID', Header.CallId) + copied(request, 'CSeq', Header.CSeq);
  if (status === 100) out += copied(request, 'Timestamp', Header.Timestamp);
  if (parts.headers !== undefined) for (const [name, value] of parts.headers) out += headerLine(name, value);
  if (parts.contentType !== undefined) out += headerLine('Content-Type', parts.contentType);
  const body = parts.body ?? '';
  return `${out}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function viaLines(request: SipRequest): string {
  const first = request.indexOf(Header.Via);
  if (first < 0) return '';
  const { text } = request;
  const end = request.valueEnd(first);
  let out = `Via: ${request.topViaText}${text.slice(elementEnd(text, request.valueStart(first), end), end)}\r\n`;
  for (let i = request.indexOf(Header.Via, first + 1); i >= 0; i = request.indexOf(Header.Via, i + 1)) {
    out += `Via: ${request.value(i)}\r\n`;
  }
  return out;
}

function copied(message: SipMessage, name: string, id: Parameters<SipMessage['first']>[0]): string {
  const value = message.first(id);
  return value === undefined ? '' : `${name}: ${value}\r\n`;
}

function toLine(request: SipRequest, status: number, tag: string | undefined): string {
  const value = request.first(Header.To);
  if (value === undefined) return '';
  if (tag === undefined || status === 100 || request.toTag !== undefined) return `To: ${value}\r\n`;
  // An empty tag is none, but with another one after it the response would have two.
  const params = request.to?.params ?? '';
  const address = value.slice(0, value.length - params.length);
  return headerLine('To', `${address}${withoutParam(params, 'tag')};tag=${tag}`);
}

/**
 * The CANCEL of an INVITE as it was sent on one branch (RFC 3261 9.1): same Request-URI, From, To, Call-ID, CSeq number
 * and Route, only the top Via. `reasonHeaders` are values of Reason (RFC 3326). Throws RangeError on CR or LF in them.
 */
export function buildCancel(sentInvite: SipRequest, reasonHeaders: readonly string[] = []): string {
  const to = copied(sentInvite, 'To', Header.To);
  const reasons = reasonHeaders.map((value) => headerLine('Reason', value)).join('');
  return hopRequest(sentInvite, 'CANCEL', to, reasons);
}

/** The ACK for a non-2xx final response to an INVITE as it was sent (RFC 3261 17.1.1.3): To comes from the response. */
export function buildAck(sentInvite: SipRequest, response: SipResponse): string {
  return hopRequest(sentInvite, 'ACK', copied(response, 'To', Header.To), '');
}

function hopRequest(invite: SipRequest, method: string, toLine: string, extra: string): string {
  let out = `${method} ${invite.requestUri} SIP/2.0\r\nVia: ${invite.topViaText}\r\n`;
  for (const value of invite.all(Header.Route)) out += `Route: ${value}\r\n`;
  out += `Max-Forwards: 70\r\n${copied(invite, 'From', Header.From)}${toLine}${copied(invite, 'Call-ID', Header.CallId)}`;
  return `${out}CSeq: ${invite.cseq?.number ?? 0} ${method}\r\n${extra}Content-Length: 0\r\n\r\n`;
}
