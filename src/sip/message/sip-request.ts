import type { HeaderIndex } from '../scan.js';
import { parseUri, type SipUri } from '../uri.js';
import { stampedVia } from '../via.js';
import { SipMessage } from './sip-message.js';

export class SipRequest extends SipMessage {
  #uri: SipUri | undefined | null = null;
  #stamp: string | undefined;

  constructor(
    text: string,
    headersStart: number,
    bodyStart: number,
    index: HeaderIndex,
    /** Case-sensitive and never unescaped (security: P13). */
    readonly method: string,
    /** As received. */
    readonly requestUri: string,
    /** As received; `checkRequest` refuses everything but SIP/2.0. */
    readonly version: string,
  ) {
    super(text, headersStart, bodyStart, index);
  }

  get uri(): SipUri | undefined {
    if (this.#uri === null) this.#uri = parseUri(this.requestUri);
    return this.#uri;
  }

  /**
   * Notes where the request came from. From now on the top Via, here and in everything that `buildResponse` and `Edit`
   * write, has `received` and `rport` with these values, whatever the client put there (RFC 3261 18.2.1, RFC 3581 with
   * rport forced as by Kamailio's force_rport). `address` is numeric without brackets. No effect on a malformed Via.
   */
  stampVia(address: string, port: number): void {
    const via = this.topVia;
    if (via === undefined) return;
    this.#stamp = stampedVia(this.topViaText, via.params, address, port);
    this.forgetTopVia();
  }

  get isStamped(): boolean {
    return this.#stamp !== undefined;
  }

  override get topViaText(): string {
    return this.#stamp ?? super.topViaText;
  }
}
