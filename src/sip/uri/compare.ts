import { hostKey } from '../host.js';
import { comparable } from './escape.js';
import type { SipUri } from './types.js';

/** Parameters that make two URIs differ when only one of them has it, even with its default value (RFC 3261 19.1.4). */
const NEVER_DEFAULT = ['transport', 'user', 'ttl', 'method', 'maddr'];

/**
 * Whether two URIs are equivalent by RFC 3261 19.1.4 (`tel:` by RFC 3966 section 4, other schemes by their text).
 * The user compares with case, the host without; an absent port is not 5060.
 */
export function sameUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme) return false;
  if (a.scheme === 'tel') return sameTel(a, b);
  if (a.host === '' || b.host === '') return a.user === b.user && a.host === b.host;
  return (
    a.port === b.port &&
    comparable(a.user) === comparable(b.user) &&
    sameOptional(a.password, b.password) &&
    hostKey(a.host) === hostKey(b.host) &&
    (a.params === b.params || sameParams(pairs(a.params, ';'), pairs(b.params, ';'))) &&
    (a.headers === b.headers || sameHeaders(pairs(a.headers, '&'), pairs(b.headers, '&')))
  );
}

function sameOptional(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : comparable(a) === comparable(b);
}

/** Names in lower case and values in comparable form; only called for URIs that differ in text, so it may allocate. */
function pairs(text: string, separator: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of text.split(separator)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    map.set(comparable(name).toLowerCase(), comparable(value));
  }
  return map;
}

function sameParams(a: Map<string, string>, b: Map<string, string>): boolean {
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other !== undefined && other.toLowerCase() !== value.toLowerCase()) return false;
  }
  return NEVER_DEFAULT.every((name) => a.has(name) === b.has(name));
}

function sameHeaders(a: Map<string, string>, b: Map<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name) !== value) return false;
  return true;
}

function sameTel(a: SipUri, b: SipUri): boolean {
  const digits = (number: string) => number.replace(/[-.()]/g, '').toLowerCase();
  if (digits(a.user) !== digits(b.user)) return false;
  return sameHeaders(lowered(pairs(a.params, ';')), lowered(pairs(b.params, ';')));
}

function lowered(map: Map<string, string>): Map<string, string> {
  return new Map([...map].map(([name, value]) => [name, value.toLowerCase()]));
}
