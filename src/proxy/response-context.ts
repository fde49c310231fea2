import { reasonPhrase } from '../sip/build.js';
import type { SipResponse } from '../sip/message.js';
import type { ServerTransaction } from '../transaction/server.js';
import { type BranchAnswer, bestAnswer, challengesOf } from './best-response.js';
import type { Branch, BranchOwner } from './branch.js';
import { forwardedResponse } from './forward.js';
import type { ProxyRequest } from './request.js';

/** Says to the phones that stop ringing why they do (RFC 3326). */
const ELSEWHERE = ['SIP;cause=200;text="Call completed elsewhere"'];

/** Told of the answer that the caller got. */
export type Answered = (request: ProxyRequest, status: number, reason: string) => void;

/** The response context of RFC 3261 16.7: collects what the branches of one request answer, and passes on what is due. */
export class ResponseContext implements BranchOwner {
  readonly #request: ProxyRequest;
  readonly #transaction: ServerTransaction;
  readonly #answered: Answered;
  readonly #branches: Branch[] = [];
  readonly #answers: BranchAnswer[] = [];
  #resolving = 0;
  #cancelled = false;
  #answeredWith: number | undefined;

  constructor(request: ProxyRequest, answered: Answered) {
    this.#request = request;
    this.#transaction = request.stateful();
    this.#answered = answered;
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Announces that branches are still being made out, so that the end of the others is not the end of all. */
  expect(branches: number): void {
    this.#resolving += branches;
  }

  /** A branch that was expected starts; one of a request that was cancelled meanwhile does not. */
  add(branch: Branch): void {
    this.#resolving -= 1;
    if (this.#cancelled || this.#answeredWith !== undefined) {
      this.#conclude();
      return;
    }
    this.#branches.push(branch);
    branch.start();
  }

  /** A branch that was expected has no place to go to. */
  unreachable(status: number): void {
    this.#resolving -= 1;
    this.#answers.push({ status, response: undefined });
    this.#conclude();
  }

  /** The caller gave up (RFC 3261 16.10): the branches are cancelled, and their 487 ends the call. */
  cancel(reasons: readonly string[]): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#cancelBranches(reasons);
    this.#conclude();
  }

  provisional(_branch: Branch, response: SipResponse): void {
    // RFC 4320 4.1: no provisional but 100 for anything other than INVITE.
    if (this.#answeredWith !== undefined || this.#request.method !== 'INVITE') return;
    this.#transaction.respond(response.status, forwardedResponse(response));
  }

  /** RFC 3261 16.7 step 5: each 2xx to an INVITE goes to the caller, who ends the calls that he does not want. */
  success(_branch: Branch, response: SipResponse): void {
    const isFirst = this.#answeredWith === undefined;
    if (!isFirst && this.#request.method !== 'INVITE') return;
    this.#transaction.respond(response.status, forwardedResponse(response));
    this.#cancelBranches(ELSEWHERE);
    if (isFirst) this.#note(response.status, response.reason);
  }

  ended(_branch: Branch, answer: BranchAnswer): void {
    this.#answers.push(answer);
    // RFC 3261 16.7 step 5: a 6xx ends the search, but a 2xx that is under way still wins.
    if (answer.status >= 600) this.#cancelBranches([]);
    this.#conclude();
  }

  #cancelBranches(reasons: readonly string[]): void {
    for (const branch of this.#branches) branch.cancel(reasons);
  }

  #conclude(): void {
    if (this.#answeredWith !== undefined || this.#resolving > 0) return;
    if (this.#branches.some((branch) => branch.isPending)) return;
    const best = bestAnswer(this.#answers);
    if (this.#cancelled && (best === undefined || best.response === undefined)) this.#answer(487, 'Request Terminated');
    else if (best !== undefined) this.#pass(best);
  }

  #pass(best: BranchAnswer): void {
    const { status, response } = best;
    if (response !== undefined && status !== 503) {
      const more = status === 401 || status === 407 ? challengesOf(this.#answers, response) : [];
      this.#transaction.respond(status, forwardedResponse(response, more));
      this.#note(status, response.reason);
    } else if (status === 503) {
      // RFC 3261 16.7 step 6: a 503 of one next hop says nothing about this server.
      this.#answer(500, 'Service Unavailable');
    } else if (status !== 408 || this.#request.method === 'INVITE') {
      this.#answer(status, reasonPhrase(status));
    } else {
      // RFC 4320 4.2: a 408 for anything other than INVITE would come too late to be of use.
      this.#note(408, 'no answer');
    }
  }

  #answer(status: number, reason: string): void {
    this.#request.reply(status, reason);
    this.#note(status, reason);
  }

  #note(status: number, reason: string): void {
    this.#answeredWith = status;
    this.#answered(this.#request, status, reason);
  }
}
