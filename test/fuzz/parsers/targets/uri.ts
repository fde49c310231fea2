import { deepEqual, equal, ok } from 'node:assert/strict';
import { hostKey } from '../../../../src/sip/host.js';
import { formatUri, parseUri, type SipUri, sameUri, unescapeUser, uriParam } from '../../../../src/sip/uri.js';
import { linesOf, noLineEnd } from '../checks/text.js';

/** One URI, or two with a line feed between them, which are compared. */
export function fuzz(data: Buffer): void {
  const [first, second] = linesOf(data, 2).map(parsed);
  if (first !== undefined && second !== undefined) compared(first, second);
}

function parsed(text: string): SipUri | undefined {
  ok(unescapeUser(text).length <= text.length);
  const uri = parseUri(text);
  if (uri === undefined) return undefined;
  const written = formatUri(uri);
  noLineEnd(written);
  deepEqual(parseUri(written), uri, 'what is written is read as the same parts');
  equal(sameUri(uri, uri), true, 'a URI is equal to itself');
  partsAreOf(text, uri);
  paramsAreFound(uri);
  return uri;
}

function partsAreOf(text: string, uri: SipUri): void {
  for (const part of [uri.user, uri.password ?? '', uri.host, uri.params, uri.headers]) ok(text.includes(part));
  ok(uri.port === undefined || (uri.port >= 0 && uri.port <= 65535));
  equal(uri.host !== '', uri.scheme === 'sip' || uri.scheme === 'sips', 'a SIP URI has a host and no other has');
  ok(uri.params === '' || uri.params.startsWith(';'));
  for (const octet of '@<>" \t\0') ok(!uri.host.includes(octet) && (octet === '@' || !uri.user.includes(octet)));
  if (uri.host !== '') equal(hostKey(uri.host), hostKey(uri.host.toUpperCase()));
}

/** Each parameter is found by its name, and the first of equal names counts. No name that is asked for has other octets. */
function paramsAreFound(uri: SipUri): void {
  const seen = new Set<string>();
  for (const param of uri.params.split(';').slice(1)) {
    const [name = '', ...value] = param.split('=');
    const key = name.toLowerCase();
    if (/^[!-~]+$/.test(name) && !seen.has(key)) equal(uriParam(uri, name), value.join('='));
    seen.add(key);
  }
}

function compared(a: SipUri, b: SipUri): void {
  const same = sameUri(a, b);
  equal(sameUri(b, a), same, 'equality has no direction');
  if (!same) return;
  equal(a.scheme, b.scheme);
  equal(a.port, b.port);
  equal(hostKey(a.host), hostKey(b.host));
  if (a.host !== '') equal(unescapeUser(a.user), unescapeUser(b.user), 'equal URIs are of one user');
}
