import { randomBytes } from 'node:crypto';
import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { parseVia } from '../sip/via.js';
import { fnv1a } from '../util/fnv1a.js';

/** Where the loop hash stands in a branch that we made: behind the magic cookie of RFC 3261. */
const COOKIE = 'z9hG4bK';
const HASH_LENGTH = 7;
/** Behind the loop hash, in every branch made by this run of the server and in those of nobody else. */
const MARK = `.${randomBytes(6).toString('hex')}.`;

/**
 * The part of the branch that stays the same when a request comes back unchanged (RFC 3261 16.6 step 8, RFC 5393 4.2): over
 * all that routing depends on, and not over the method, so that CANCEL and ACK have it too.
 */
export function loopHash(message: SipRequest): string {
  const key = [
    message.requestUri,
    message.callId ?? '',
    message.fromTag ?? '',
    message.toTag ?? '',
    message.cseq?.number ?? '',
    message.all(Header.Route).join(),
    message.all(Header.ProxyRequire).join(),
  ].join('\n');
  return fnv1a(key).toString(36).padStart(HASH_LENGTH, '0');
}

let lastBranch = 0;

/** A branch, unique in space and time, that carries the loop hash. */
export function branchWith(hash: string): string {
  lastBranch += 1;
  return COOKIE + hash + MARK + lastBranch.toString(36);
}

/**
 * The branch of a request that passes without a transaction: the same each time it is repeated, and another one for
 * another request (RFC 3261 16.11).
 */
export function statelessBranch(message: SipRequest, hash: string): string {
  const via = message.topVia;
  const isUnique = via?.branch?.startsWith(COOKIE) === true;
  const key = isUnique ? `${via?.host} ${via?.branch}` : message.topViaText;
  return `${COOKIE}${hash}${MARK}s${fnv1a(key).toString(36)}`;
}

/**
 * True when the request has been here before and nothing that decides about its way has changed since (RFC 3261 16.3
 * step 4, RFC 5393 4.2). One that comes back changed is a spiral, which is allowed.
 */
export function isLooped(message: SipRequest): boolean {
  // Hardly any request has been here before: for the others this is one search in the text.
  if (!message.text.includes(MARK)) return false;
  const own = COOKIE + loopHash(message) + MARK;
  return message.list(Header.Via).some((via) => parseVia(via)?.branch?.startsWith(own) === true);
}
