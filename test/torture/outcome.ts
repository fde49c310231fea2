import { SipRequest } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { checkRequest, checkResponse } from '../../src/sip/sanity.js';

/** What parser and sanity check together make of a message: 'processed', 'dropped', or the status that is answered. */
export function outcomeOf(text: string): 'processed' | 'dropped' | number {
  const message = parseMessage(text);
  if ('malformed' in message) return message.request === undefined ? 'dropped' : 400;
  if (!(message instanceof SipRequest)) return checkResponse(message) ? 'processed' : 'dropped';
  const refusal = checkRequest(message);
  if (refusal === undefined) return 'processed';
  return refusal.status === 0 ? 'dropped' : refusal.status;
}
