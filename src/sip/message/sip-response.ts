import type { HeaderIndex } from '../scan.js';
import { SipMessage } from './sip-message.js';

export class SipResponse extends SipMessage {
  constructor(
    text: string,
    headersStart: number,
    bodyStart: number,
    index: HeaderIndex,
    readonly status: number,
    /** May be empty. */
    readonly reason: string,
  ) {
    super(text, headersStart, bodyStart, index);
  }
}
