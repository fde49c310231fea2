import type { SipRequest } from '../sip/message.js';
import { fnv1a } from '../util/fnv1a.js';

/** Makes the tags of one server differ from those of another one that answers the same request. */
const seed = Math.floor(Math.random() * 0xffffffff);

/**
 * The To tag of a stateless reply: the same for each retransmission of the request (RFC 3261 8.2.7), computed from what
 * identifies its transaction.
 */
export function statelessTag(message: SipRequest): string {
  const key = `${message.topVia?.branch ?? ''} ${message.callId ?? ''} ${message.fromTag ?? ''}`;
  return fnv1a(key, seed).toString(36) + fnv1a(key, seed ^ 0x5bd1e995).toString(36);
}
