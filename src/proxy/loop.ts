import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { parseVia } from '../sip/via.js';
import { fnv1a } from '../util/fnv1a.js';

/** Where the loop hash stands in a branch that we made: behind the magic cookie of RFC 3261. */
const COOKIE = 'z9hG4bK';
const HASH_LENGTH = 7;

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
const run = Math.floor(Math.random() * 0x7fffffff).toString(36);

/** A branch, unique in space and time, that carries the loop hash. */
export function branchWith(hash: string): string {
  lastBranch += 1;
  return `${COOKIE}${hash}.${run}.${lastBranch.toString(36)}`;
}

/** True when the request has been here before and nothing that decides about its way has changed since (RFC 3261 16.3 step 4). */
export function isLooped(
  message: SipRequest,
  hash: string,
  isOwnSentBy: (host: string, port: number) => boolean,
): boolean {
  const vias = message.list(Header.Via);
  for (let i = 0; i < vias.length; i++) {
    const via = parseVia(vias[i] as string);
    if (via?.branch?.startsWith(COOKIE + hash) && isOwnSentBy(via.host, via.port ?? 5060)) return true;
  }
  return false;
}
