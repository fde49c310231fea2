import { type Binding, needsFlow } from '../registrar/binding.js';
import type { SipResponse } from '../sip/message.js';
import type { ClientTransaction, ClientUser } from '../transaction/client.js';
import type { Target } from '../transport/transport.js';
import type { Clock, Timer } from '../util/clock.js';
import type { BranchAnswer } from './best-response.js';
import type { Attempt } from './next-hop.js';

export interface BranchNeeds {
  readonly clock: Clock;
  /** Milliseconds that an INVITE may ring without a sign of life; over 3 minutes (RFC 3261 16.6 step 11). */
  readonly timerC: number;
  readonly isInvite: boolean;
  /** Told of a binding that the request was sent to and whose flow has failed (RFC 5626 5.3). */
  readonly flowFailed: (binding: Binding) => void;
  /** Told why an address could not be sent to. */
  readonly unreachable: (target: Target, error: Error) => void;
  /** Sends the request to one address as a new client transaction of that branch. */
  start(attempt: Attempt, branch: Branch): ClientTransaction;
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
  #attempts: readonly Attempt[];
  #current: Attempt | undefined;
  #transaction: ClientTransaction | undefined;
  #timerC: Timer | undefined;
  #cancelled = false;
  #over = false;
  #flowIsGone = false;

  constructor(need: BranchNeeds, owner: BranchOwner, attempts: readonly Attempt[]) {
    this.#need = need;
    this.#owner = owner;
    this.#attempts = attempts;
  }

  /** True until a final response has come or the branch was given up. */
  get isPending(): boolean {
    return !this.#over;
  }

  /** The address that the request was sent to last, if that is where the phone came from and no other way leads to it. */
  get flow(): Target | undefined {
    return this.#current?.isFlow === true ? this.#current.target : undefined;
  }

  /**
   * Sends to the next address; ends the branch as if 503 had come when there is none (RFC 3261 16.9), or 430 when it was
   * a flow that is gone (RFC 5626 5.3).
   */
  start(): void {
    const [next, ...rest] = this.#attempts;
    this.#attempts = rest;
    if (next === undefined) {
      this.#end({ status: this.#flowIsGone ? 430 : 503, response: undefined });
      return;
    }
    this.#current = next;
    this.#flowIsGone = false;
    this.#transaction = this.#need.start(next, this);
    this.#restartTimerC();
  }

  /** Puts an address before those that are left. */
  tryNext(attempt: Attempt): void {
    this.#attempts = [attempt, ...this.#attempts];
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
    } else if (!this.#cancelled && this.#goesOnAfter(response.status)) {
      this.start();
    } else {
      this.#end({ status: response.status, response });
    }
  }

  timeout(): void {
    if (this.#cancelled) this.#end({ status: 487, response: undefined });
    else if (this.#attempts.length > 0) this.start();
    else this.#end({ status: 408, response: undefined });
  }

  transportError(error: Error): void {
    if (this.#current !== undefined) this.#need.unreachable(this.#current.target, error);
    const binding = this.#current?.to.binding;
    if (binding !== undefined && needsFlow(binding)) {
      this.#flowIsGone = true;
      this.#need.flowFailed(binding);
    }
    if (this.#cancelled) this.#end({ status: 487, response: undefined });
    else this.start();
  }

  /** A server that can not serve is followed by the next one (RFC 3263 4.3), a flow that has failed by the next flow. */
  #goesOnAfter(status: number): boolean {
    if (status === 503) return this.#attempts.length > 0;
    if (status !== 430 && status !== 408) return false;
    const binding = this.#current?.to.binding;
    if (status === 430 && binding !== undefined) this.#need.flowFailed(binding);
    // RFC 5626 5.3: these say that the phone was not reached, and its other addresses on this flow are no better.
    const others = this.#attempts.filter(({ to }) => to !== this.#current?.to);
    if (others.length === 0) return false;
    this.#attempts = others;
    return true;
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
