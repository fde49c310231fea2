import type { SipRequest } from '../sip/message.js';
import { newTag } from '../sip/tokens.js';
import type { Source } from '../transport/transport.js';
import type { Timer } from '../util/clock.js';
import type { ServerContext, ServerState, ServerTransaction } from './server-transaction.js';
import { patience } from './timers.js';

/**
 * The non-INVITE server transaction: RFC 3261 17.2.2 (figure 8) as RFC 4320 changes it.
 *
 *     trying --100--> proceeding --final--> completed --J--> terminated
 *     trying --final--> completed
 *     trying, proceeding --64*T1 without a final--> terminated
 */
export class NonInviteServer implements ServerTransaction {
  onTerminated?: () => void;
  onTransportFailure?: () => void;
  #state: ServerState = 'trying';
  #finalStatus: number | undefined;
  #toTag: string | undefined;
  #last: string | undefined;
  #end: Timer;

  constructor(
    readonly key: string,
    readonly request: SipRequest,
    readonly source: Source,
    readonly context: ServerContext,
  ) {
    // The client has given up by then, and RFC 4320 4.2 forbids to tell it so: the transaction ends in silence.
    this.#end = this.#terminateAfter(patience(context.timers));
  }

  get state(): ServerState {
    return this.#state;
  }

  get finalStatus(): number | undefined {
    return this.#finalStatus;
  }

  get toTag(): string {
    this.#toTag ??= newTag();
    return this.#toTag;
  }

  /** A copy of the request gets the last response again, or nothing before there is one (17.2.2). */
  receive(_request: SipRequest): void {
    if (this.#last !== undefined) this.context.reply(this.source, this.#last);
  }

  respond(status: number, text: string): void {
    switch (this.#state) {
      case 'trying':
      case 'proceeding':
        if (status < 200) this.#provisional(status, text);
        else this.#complete(status, text);
        return;
      default:
        // Completed: further final responses are discarded (17.2.2).
        return;
    }
  }

  #provisional(status: number, text: string): void {
    // No provisional response other than 100 to a non-INVITE request (RFC 4320 4.1).
    if (status !== 100) return;
    this.#state = 'proceeding';
    this.#last = text;
    this.context.reply(this.source, text);
  }

  #complete(status: number, text: string): void {
    this.#state = 'completed';
    this.#finalStatus = status;
    this.#last = text;
    this.#end.cancel();
    this.context.reply(this.source, text);
    // Timer J: 64*T1 over UDP, zero over streams.
    if (this.source.protocol !== 'udp') this.#terminate();
    else this.#end = this.#terminateAfter(patience(this.context.timers));
  }

  #terminateAfter(delay: number): Timer {
    return this.context.clock.after(delay, () => this.#terminate());
  }

  #terminate(): void {
    this.#state = 'terminated';
    this.#last = undefined;
    this.#end.cancel();
    this.context.ended(this.key, this);
    this.onTerminated?.();
  }
}
