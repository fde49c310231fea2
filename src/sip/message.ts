/** Received messages, as one import for the rest of the program. */
export type { CSeq } from './cseq.js';
export { SipMessage } from './message/sip-message.js';
export { SipRequest } from './message/sip-request.js';
export { SipResponse } from './message/sip-response.js';
