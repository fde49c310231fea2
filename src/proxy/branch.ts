import type { SipResponse } from '../sip/message.js';
import type { ClientTransaction, ClientUser } from '../transaction/client.js';
import type { Target } from '../transport/transport.js';
import type { Clock, Timer } from '../util/clock.js';
import type { BranchAnswer } from './best-response.js';

export interface BranchNeeds {
  readonly clock: Clock;
  /** Milliseconds that an INVITE may ring without a sign of life; over 3 minutes (RFC 3261 16.6 step 11). */
  readonly timerC: number;
  readonly isInvite: boolean;
  /** Sends the request to one address as a new client transaction. */
  start(target: Target, user: ClientUser): ClientTransaction;
}

/** What a branch tells the response context that it belongs to. */
export interface BranchOwner {
  provisional(branch: Branch, response: SipResponse): void;
  success(branch: Branch, response: SipResponse): void;
  /** The branch has ended without a 2xx. */
  ended(branch: Branch, answer: BranchAnswer): void;
}

/** One of the places that a request was forked to: tries its addresses in turn until one answers (RFC 3261 16.6 to 16.9). */
export class Branch implements ClientUser {
  readonly #need: BranchNeeds;
  readonly #owner: BranchOwner;
  #addresses: readonly Target[];
  #transaction: ClientTransaction | undefined;
  #timerC: Timer | undefined;
  #cancelled = false;
  #over = false;

  constructor(need: BranchNeeds, owner: BranchOwner, addresses: readonly Target[]) {
    this.#need = need;
    this.#owner = owner;
    this.#addresses = addresses;
  }

  /** True until a final response has come or the branch was given up. */
  get isPending(): boolean {
    return !this.#over;
  }

  /** Sends to the next address; ends the branch as if 503 had come when there is none (RFC 3261 16.9). */
  start(): void {
    const [next, ...rest] = this.#addresses;
    this.#addresses = rest;
    if (next === undefined) {
      this.#end({ status: 503, response: undefined });
      return;
    }
    this.#transaction = this.#need.start(next, this);
    this.#restartTimerC();
  }

  /** Takes the request back (RFC 3261 9.1); the branch ends when the other side has answered, or not in time. */
  cancel(reasons: readonly string[]): void {
    if (this.#over || this.#cancelled) return;
    this.#cancelled = true;
    if (this.#need.isInvite) this.#transaction?.cancel(reasons);
  }

  response(response: SipResponse): void {
    if (response.status < 200) {
      // RFC 3261 16.7 step 2: any provisional but 100 shows that somebody is being looked for.
      if (response.status > 100) {
        this.#restartTimerC();
        this.#owner.provisional(this, response);
      }
    } else if (response.status < 300) {
      this.#stop();
      this.#owner.success(this, response);
    } else if (response.status === 503 && this.#addresses.length > 0 && !this.#cancelled) {
      this.start();
    } else {
      this.#end({ status: response.status, response });
    }
  }

  timeout(): void {
    if (this.#cancelled) this.#end({ status: 487, response: undefined });
    else if (this.#addresses.length > 0) this.start();
    else this.#end({ status: 408, response: undefined });
  }

  transportError(): void {
    if (this.#cancelled) this.#end({ status: 487, response: undefined });
    else this.start();
  }

  #restartTimerC(): void {
    if (!this.#need.isInvite || this.#over) return;
    this.#timerC?.cancel();
    this.#timerC = this.#need.clock.after(this.#need.timerC, () => this.#rangTooLong());
  }

  /** RFC 3261 16.8: cancelled when it has shown signs of life, else as if a 408 had come. */
  #rangTooLong(): void {
    if (this.#transaction?.provisionalSeen === true) this.cancel([]);
    else this.#end({ status: 408, response: undefined });
  }

  #stop(): void {
    this.#over = true;
    this.#timerC?.cancel();
  }

  #end(answer: BranchAnswer): void {
    if (this.#over) return;
    this.#stop();
    this.#owner.ended(this, answer);
  }
}
