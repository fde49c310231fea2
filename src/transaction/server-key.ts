import type { SipRequest } from '../sip/message.js';
import { hostKey } from '../sip/uri.js';
import type { Via } from '../sip/via.js';

const COOKIE = 'z9hG4bK';
const DEFAULT_PORT = 5060;

/** Whether the branch is unique, as it is since RFC 3261 (8.1.1.7). The bare cookie has nothing unique. */
export function hasCookie(via: Via | undefined): boolean {
  const branch = via?.branch;
  return branch !== undefined && branch.length > COOKIE.length && branch.startsWith(COOKIE);
}

/**
 * Under which a server transaction is kept (RFC 3261 17.2.3): method, sent-by and branch; ACK counts as INVITE. Neither
 * method nor host can hold the blank between the parts, so no sender can make one key look like another.
 */
export function serverKey(request: SipRequest): string {
  return keyOf(request, request.method === 'ACK' ? 'INVITE' : request.method);
}

/** The key of the INVITE that a CANCEL with the same branch is for (RFC 3261 9.2). */
export function inviteKey(cancel: SipRequest): string {
  return cancelledKey(cancel, 'INVITE');
}

/** The key of a request of that method that a CANCEL with the same branch is for. */
export function cancelledKey(cancel: SipRequest, method: string): string {
  return keyOf(cancel, method);
}

function keyOf(request: SipRequest, method: string): string {
  const via = request.topVia;
  if (via === undefined || !hasCookie(via)) return oldKeyOf(request, method);
  return `${method} ${hostKey(via.host)}:${via.port ?? DEFAULT_PORT} ${via.branch}`;
}

/** Without a unique branch (RFC 2543) all that identifies the request does; To tags are compared after the look-up. */
function oldKeyOf(request: SipRequest, method: string): string {
  const { callId, cseq, fromTag, requestUri, topViaText } = request;
  return `${method} ${requestUri} ${cseq?.number} ${fromTag} ${callId} ${topViaText}`;
}
