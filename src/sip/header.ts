import { equalsFolded } from './chars.js';

/**
 * Numbers for the header fields that the program reads; everything else is `Other` and passes untouched.
 * The first block holds the fields that may stand only once in a message: `isSingle` relies on the order.
 */
export const Header = {
  Other: 0,
  From: 1,
  To: 2,
  CallId: 3,
  CSeq: 4,
  MaxForwards: 5,
  ContentLength: 6,
  ContentType: 7,
  Expires: 8,
  MinExpires: 9,
  Event: 10,
  Timestamp: 11,
  Date: 12,
  MaxBreadth: 13,
  SessionExpires: 14,
  MinSe: 15,
  ReferTo: 16,
  ReferredBy: 17,
  Replaces: 18,
  Subject: 19,
  RSeq: 20,
  RAck: 21,
  SipIfMatch: 22,
  SipEtag: 23,
  SubscriptionState: 24,
  RetryAfter: 25,
  MimeVersion: 26,
  Via: 32,
  Contact: 33,
  Route: 34,
  RecordRoute: 35,
  Authorization: 36,
  ProxyAuthorization: 37,
  WwwAuthenticate: 38,
  ProxyAuthenticate: 39,
  UserAgent: 40,
  Server: 41,
  Allow: 42,
  Supported: 43,
  Require: 44,
  ProxyRequire: 45,
  Unsupported: 46,
  Path: 47,
  ServiceRoute: 48,
  Reason: 49,
  Warning: 50,
  AllowEvents: 51,
  ContentEncoding: 52,
  AcceptContact: 53,
  RejectContact: 54,
  RequestDisposition: 55,
  Identity: 56,
  Accept: 57,
  AuthenticationInfo: 58,
  PAssertedIdentity: 59,
} as const;

export type HeaderId = (typeof Header)[keyof typeof Header];

const LAST_SINGLE = Header.MimeVersion;

/** Full name and compact form (RFC 3261 7.3.3 and the extensions' registrations) of each header field. */
const NAMES: readonly (readonly [id: HeaderId, name: string, compact?: string])[] = [
  [Header.From, 'From', 'f'],
  [Header.To, 'To', 't'],
  [Header.CallId, 'Call-ID', 'i'],
  [Header.CSeq, 'CSeq'],
  [Header.MaxForwards, 'Max-Forwards'],
  [Header.ContentLength, 'Content-Length', 'l'],
  [Header.ContentType, 'Content-Type', 'c'],
  [Header.Expires, 'Expires'],
  [Header.MinExpires, 'Min-Expires'],
  [Header.Event, 'Event', 'o'],
  [Header.Timestamp, 'Timestamp'],
  [Header.Date, 'Date'],
  [Header.MaxBreadth, 'Max-Breadth'],
  [Header.SessionExpires, 'Session-Expires', 'x'],
  [Header.MinSe, 'Min-SE'],
  [Header.ReferTo, 'Refer-To', 'r'],
  [Header.ReferredBy, 'Referred-By', 'b'],
  [Header.Replaces, 'Replaces'],
  [Header.Subject, 'Subject', 's'],
  [Header.RSeq, 'RSeq'],
  [Header.RAck, 'RAck'],
  [Header.SipIfMatch, 'SIP-If-Match'],
  [Header.SipEtag, 'SIP-ETag'],
  [Header.SubscriptionState, 'Subscription-State'],
  [Header.RetryAfter, 'Retry-After'],
  [Header.MimeVersion, 'MIME-Version'],
  [Header.Via, 'Via', 'v'],
  [Header.Contact, 'Contact', 'm'],
  [Header.Route, 'Route'],
  [Header.RecordRoute, 'Record-Route'],
  [Header.Authorization, 'Authorization'],
  [Header.ProxyAuthorization, 'Proxy-Authorization'],
  [Header.WwwAuthenticate, 'WWW-Authenticate'],
  [Header.ProxyAuthenticate, 'Proxy-Authenticate'],
  [Header.UserAgent, 'User-Agent'],
  [Header.Server, 'Server'],
  [Header.Allow, 'Allow'],
  [Header.Supported, 'Supported', 'k'],
  [Header.Require, 'Require'],
  [Header.ProxyRequire, 'Proxy-Require'],
  [Header.Unsupported, 'Unsupported'],
  [Header.Path, 'Path'],
  [Header.ServiceRoute, 'Service-Route'],
  [Header.Reason, 'Reason'],
  [Header.Warning, 'Warning'],
  [Header.AllowEvents, 'Allow-Events', 'u'],
  [Header.ContentEncoding, 'Content-Encoding', 'e'],
  [Header.AcceptContact, 'Accept-Contact', 'a'],
  [Header.RejectContact, 'Reject-Contact', 'j'],
  [Header.RequestDisposition, 'Request-Disposition', 'd'],
  [Header.Identity, 'Identity', 'y'],
  [Header.Accept, 'Accept'],
  [Header.AuthenticationInfo, 'Authentication-Info'],
  [Header.PAssertedIdentity, 'P-Asserted-Identity'],
];

interface Candidate {
  readonly id: HeaderId;
  readonly lower: string;
}

/** Candidates by length and first letter, so that a look-up compares one or two words at most. */
const BUCKETS: (readonly Candidate[] | undefined)[] = [];

function bucketOf(length: number, first: number): number {
  return (length << 5) | (first & 31);
}

function enter(id: HeaderId, name: string): void {
  const lower = name.toLowerCase();
  const key = bucketOf(lower.length, lower.charCodeAt(0));
  BUCKETS[key] = [...(BUCKETS[key] ?? []), { id, lower }];
}

for (const [id, name, compact] of NAMES) {
  enter(id, name);
  if (compact !== undefined) enter(id, compact);
}

const NAME_OF = new Map<HeaderId, string>(NAMES.map(([id, name]) => [id, name]));

/** The header field named by `text[start..end)`, compact forms included, without case; `Other` when unknown. */
export function headerIdOf(text: string, start: number, end: number): HeaderId {
  const candidates = BUCKETS[bucketOf(end - start, text.charCodeAt(start))];
  if (candidates === undefined) return Header.Other;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i];
    if (candidate !== undefined && equalsFolded(text, start, end, candidate.lower)) return candidate.id;
  }
  return Header.Other;
}

/** The full name of a header field as RFC 3261 spells it; empty for `Other`. */
export function headerNameOf(id: HeaderId): string {
  return NAME_OF.get(id) ?? '';
}

/** Whether the grammar allows the header field only once in a message (RFC 3261 7.3.1; security: P4). */
export function isSingle(id: HeaderId): boolean {
  return id !== Header.Other && id <= LAST_SINGLE;
}
