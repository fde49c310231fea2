import type { SipRequest } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import { newTag } from '../sip/tokens.js';
import type { Source } from '../transport/transport.js';
import type { Timer } from '../util/clock.js';
import type { ServerContext, ServerState, ServerTransaction } from './server-transaction.js';
import { patience } from './timers.js';

/**
 * The INVITE server transaction: RFC 3261 17.2.1 (figure 7) with the state Accepted of RFC 6026.
 *
 *     proceeding --2xx--> accepted --L--> terminated
 *     proceeding --3xx-6xx--> completed --ACK--> confirmed --I--> terminated
 *                             completed --H--> terminated
 */
export class InviteServer implements ServerTransaction {
  onTerminated?: () => void;
  onTransportFailure?: () => void;
  #state: ServerState = 'proceeding';
  #finalStatus: number | undefined;
  #toTag: string | undefined;
  /** The response that answers a retransmission. */
  #last: string | undefined;
  /** Timer G. */
  #copies: Timer | undefined;
  /** Timer H, I or L. */
  #end: Timer | undefined;

  constructor(
    readonly key: string,
    readonly request: SipRequest,
    readonly source: Source,
    readonly context: ServerContext,
  ) {}

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

  /** Whether an ACK from an element of RFC 2543, whose Via has no branch, is for our response (17.2.3). */
  wasTagged(ackTag: string | undefined): boolean {
    const sent = this.#last === undefined ? undefined : parseMessage(this.#last);
    return sent !== undefined && !('malformed' in sent) && sent.toTag === ackTag;
  }

  receive(request: SipRequest): void {
    const isAck = request.method === 'ACK';
    switch (this.#state) {
      case 'proceeding':
        // A copy of the INVITE gets the last provisional response again (17.2.1).
        if (!isAck) this.#repeat();
        return;
      case 'completed':
        if (isAck) this.#confirm();
        else this.#repeat();
        return;
      default:
        // Accepted: absorbed without an answer (RFC 6026 7.1). Confirmed: further ACKs are absorbed.
        return;
    }
  }

  respond(status: number, text: string): void {
    switch (this.#state) {
      case 'proceeding':
        if (status < 200) this.#provisional(text);
        else if (status < 300) this.#accept(status, text);
        else this.#complete(status, text);
        return;
      case 'accepted':
        // Every 2xx of every branch is passed on (RFC 6026 7.1, RFC 3261 16.7 step 5).
        if (status >= 200 && status < 300) this.context.reply(this.source, text);
        return;
      default:
        return;
    }
  }

  #provisional(text: string): void {
    this.#last = text;
    this.#repeat();
  }

  #accept(status: number, text: string): void {
    this.#state = 'accepted';
    this.#finalStatus = status;
    this.#last = undefined;
    // Timer L: 64*T1 for every transport (RFC 6026 7.1).
    this.#end = this.context.clock.after(patience(this.context.timers), () => this.#terminate());
    this.context.reply(this.source, text);
  }

  #complete(status: number, text: string): void {
    const { clock, timers } = this.context;
    this.#state = 'completed';
    this.#finalStatus = status;
    this.#last = text;
    // Timer G starts only over UDP, timer H always (17.2.1).
    if (this.source.protocol === 'udp') this.#repeatAfter(timers.T1);
    this.#end = clock.after(patience(timers), () => this.#giveUp());
    this.#repeat();
  }

  /** Timer G: T1, doubled up to T2. */
  #repeatAfter(delay: number): void {
    this.#copies = this.context.clock.after(delay, () => {
      this.#repeatAfter(Math.min(2 * delay, this.context.timers.T2));
      this.#repeat();
    });
  }

  #confirm(): void {
    this.#state = 'confirmed';
    this.#last = undefined;
    this.#stopTimers();
    // Timer I: T4 over UDP to absorb more ACKs, zero over streams.
    if (this.source.protocol !== 'udp') this.#terminate();
    else this.#end = this.context.clock.after(this.context.timers.T4, () => this.#terminate());
  }

  /** Timer H: the ACK never came; the user is told (17.2.1). */
  #giveUp(): void {
    this.onTransportFailure?.();
    this.#terminate();
  }

  #terminate(): void {
    this.#state = 'terminated';
    this.#last = undefined;
    this.#stopTimers();
    this.context.ended(this.key, this);
    this.onTerminated?.();
  }

  #repeat(): void {
    if (this.#last !== undefined) this.context.reply(this.source, this.#last);
  }

  #stopTimers(): void {
    this.#copies?.cancel();
    this.#end?.cancel();
  }
}
