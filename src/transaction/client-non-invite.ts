import type { SipRequest, SipResponse } from '../sip/message.js';
import type { Target } from '../transport/transport.js';
import type { Timer } from '../util/clock.js';
import type { ClientContext, ClientState, ClientTransaction, ClientUser } from './client-transaction.js';
import { patience } from './timers.js';

/**
 * The non-INVITE client transaction: RFC 3261 17.1.2 (figure 6).
 *
 *     trying --1xx--> proceeding
 *     trying, proceeding --final--> completed --K--> terminated
 *     trying, proceeding --F or unsendable--> terminated
 */
export class NonInviteClient implements ClientTransaction {
  #state: ClientState = 'trying';
  /** Timer E. */
  #copies: Timer | undefined;
  /** Timer F or K. */
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
    return this.#state === 'proceeding';
  }

  start(): void {
    const { clock, timers } = this.context;
    // Timer E only over UDP, timer F always (17.1.2.2).
    if (this.target.protocol === 'udp') this.#repeatAfter(timers.T1);
    this.#end = clock.after(patience(timers), () => this.#giveUp());
    this.#send();
  }

  receive(response: SipResponse): void {
    switch (this.#state) {
      case 'trying':
      case 'proceeding':
        if (response.status < 200) this.#proceed(response);
        else this.#complete(response);
        return;
      default:
        // Completed: copies of the final response are absorbed.
        return;
    }
  }

  /** There is nothing to gain from cancelling what is answered at once (9.1). */
  cancel(): void {}

  #proceed(response: SipResponse): void {
    this.#state = 'proceeding';
    this.user.response(response);
  }

  #complete(response: SipResponse): void {
    this.#state = 'completed';
    this.#stopTimers();
    // Timer K: T4 over UDP, zero over streams.
    const isDatagram = this.target.protocol === 'udp';
    if (isDatagram) this.#end = this.context.clock.after(this.context.timers.T4, () => this.#terminate());
    this.user.response(response);
    if (!isDatagram) this.#terminate();
  }

  /** Timer E: T1, doubled up to T2, and T2 at once after a provisional response (17.1.2.2). */
  #repeatAfter(delay: number): void {
    const { clock, timers } = this.context;
    this.#copies = clock.after(delay, () => {
      this.#repeatAfter(this.#state === 'proceeding' ? timers.T2 : Math.min(2 * delay, timers.T2));
      this.#send();
    });
  }

  #unsendable(error: Error): void {
    if (this.#state === 'completed') return;
    this.#terminate(() => this.user.transportError(error));
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

  #send(): void {
    this.context.send(this.target, this.request.text, this.#failed);
  }

  #stopTimers(): void {
    this.#copies?.cancel();
    this.#end?.cancel();
  }
}
