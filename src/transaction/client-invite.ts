import { buildAck, buildCancel } from '../sip/build.js';
import { SipRequest, type SipResponse } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import type { Target } from '../transport/transport.js';
import type { Timer } from '../util/clock.js';
import {
  type ClientContext,
  type ClientState,
  type ClientTransaction,
  type ClientUser,
  NOBODY,
} from './client-transaction.js';
import { patience } from './timers.js';

/**
 * The INVITE client transaction: RFC 3261 17.1.1 (figure 5) with the state Accepted of RFC 6026.
 *
 *     calling --1xx--> proceeding
 *     calling, proceeding --2xx--> accepted --M--> terminated
 *     calling, proceeding --3xx-6xx--> completed --D--> terminated
 *     calling --B or unsendable--> terminated
 */
export class InviteClient implements ClientTransaction {
  #state: ClientState = 'calling';
  #provisionalSeen = false;
  /** The ACK of a non-2xx response, for its copies. */
  #ack: string | undefined;
  /** The Reasons of a cancel() that waits for a provisional response or was sent. */
  #cancelReasons: readonly string[] | undefined;
  /** Timer A. */
  #copies: Timer | undefined;
  /** Timer B, D or M, or the wait for a final response to a cancelled INVITE. */
  #end: Timer | undefined;
  readonly #failed = (error: Error): void => this.#unsendable(error);

  constructor(
    readonly request: SipRequest,
    readonly target: Target,
    readonly user: ClientUser,
    readonly context: ClientContext,
  ) {}

  get state(): ClientState {
    return this.#state;
  }

  get provisionalSeen(): boolean {
    return this.#provisionalSeen;
  }

  start(): void {
    const { clock, timers } = this.context;
    // Timer A only over UDP, timer B always (17.1.1.2).
    if (this.target.protocol === 'udp') this.#repeatAfter(timers.T1);
    this.#end = clock.after(patience(timers), () => this.#giveUp());
    this.#send(this.request.text);
  }

  receive(response: SipResponse): void {
    switch (this.#state) {
      case 'calling':
      case 'proceeding':
        if (response.status < 200) this.#proceed(response);
        else if (response.status < 300) this.#accept(response);
        else this.#complete(response);
        return;
      case 'accepted':
        // Every 2xx, copies included, goes to the user at once (RFC 6026 7.2).
        if (response.status >= 200 && response.status < 300) this.user.response(response);
        return;
      case 'completed':
        // A copy of the final response means that the ACK was lost (17.1.1.2).
        if (response.status >= 300 && this.#ack !== undefined) this.#send(this.#ack);
        return;
      default:
        return;
    }
  }

  cancel(reasonHeaders: readonly string[] = []): void {
    const isPending = this.#state === 'calling' || this.#state === 'proceeding';
    if (!isPending || this.#cancelReasons !== undefined) return;
    this.#cancelReasons = reasonHeaders;
    if (this.#state === 'proceeding') this.#sendCancel(reasonHeaders);
  }

  #proceed(response: SipResponse): void {
    const isFirst = !this.#provisionalSeen;
    this.#provisionalSeen = true;
    this.#state = 'proceeding';
    // No more copies, and the callee may ring as long as timer C allows (17.1.1.2).
    if (isFirst) this.#stopTimers();
    // A CANCEL must not overtake its INVITE: it has waited for this (9.1).
    if (isFirst && this.#cancelReasons !== undefined) this.#sendCancel(this.#cancelReasons);
    this.user.response(response);
  }

  #accept(response: SipResponse): void {
    this.#state = 'accepted';
    this.#stopTimers();
    // Timer M: 64*T1 for every transport (RFC 6026 7.2).
    this.#end = this.context.clock.after(patience(this.context.timers), () => this.#terminate());
    this.user.response(response);
  }

  #complete(response: SipResponse): void {
    this.#state = 'completed';
    this.#stopTimers();
    this.#ack = buildAck(this.request, response);
    this.#send(this.#ack);
    // Timer D: at least 32 s over UDP, zero over streams.
    const isDatagram = this.target.protocol === 'udp';
    if (isDatagram) this.#end = this.context.clock.after(patience(this.context.timers), () => this.#terminate());
    this.user.response(response);
    if (!isDatagram) this.#terminate();
  }

  #sendCancel(reasons: readonly string[]): void {
    const { clock, timers, start } = this.context;
    const cancel = cancelOf(this.request, reasons) ?? cancelOf(this.request, []);
    // Who does not answer the INVITE for 64*T1 after its CANCEL never will (9.1).
    this.#end = clock.after(patience(timers), () => this.#giveUp());
    if (cancel !== undefined) start(cancel, this.target, NOBODY);
  }

  /** Timer A: T1, doubled without bound (17.1.1.2). */
  #repeatAfter(delay: number): void {
    this.#copies = this.context.clock.after(delay, () => {
      this.#repeatAfter(2 * delay);
      this.#send(this.request.text);
    });
  }

  #unsendable(error: Error): void {
    if (this.#state === 'calling') this.#terminate(() => this.user.transportError(error));
    else if (this.#state === 'completed') this.#terminate();
  }

  #giveUp(): void {
    this.#terminate(() => this.user.timeout());
  }

  #terminate(report?: () => void): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#stopTimers();
    this.context.ended(this);
    report?.();
    this.user.terminated?.();
  }

  #send(text: string): void {
    this.context.send(this.target, text, this.#failed);
  }

  #stopTimers(): void {
    this.#copies?.cancel();
    this.#end?.cancel();
  }
}

/** `undefined` when it breaks the limits of a message: the caller chooses Reason, and how many Routes the INVITE has. */
function cancelOf(invite: SipRequest, reasons: readonly string[]): SipRequest | undefined {
  const cancel = parseMessage(buildCancel(invite, reasons));
  return cancel instanceof SipRequest ? cancel : undefined;
}
