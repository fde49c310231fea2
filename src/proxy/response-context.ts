import { reasonPhrase } from '../sip/build.js';
import type { SipResponse } from '../sip/message.js';
import type { ServerTransaction } from '../transaction/server.js';
import { aliasedContact, refreshesTarget } from './alias.js';
import { type BranchAnswer, bestAnswer, challengesOf } from './best-response.js';
import type { Branch, BranchOwner } from './branch.js';
import { forwardedResponse } from './forward.js';
import type { ProxyRequest } from './request.js';

/** Says to the phones that stop ringing why they do (RFC 3326). */
const ELSEWHERE = ['SIP;cause=200;text="Call completed elsewhere"'];

/** Told of the answer that the caller got. */
export type Answered = (request: ProxyRequest, status: number, reason: string) => void;

/** Where else to look when everybody who was asked has refused. */
export interface Search {
  /** Announces and starts the next group of targets; false when there is none left. */
  next(context: ResponseContext): boolean;
  /** Takes over the contacts of a 3xx as further targets; false when it is not to be followed (RFC 3261 16.7 step 4). */
  redirect(response: SipResponse): boolean;
}

export interface ContextNeeds {
  readonly search: Search;
  readonly answered: Answered;
  /** Whether Contacts of phones behind a NAT get an alias. */
  readonly alias: boolean;
}

/** The response context of RFC 3261 16.7: collects what the branches of one request answer, and passes on what is due. */
export class ResponseContext implements BranchOwner {
  readonly #request: ProxyRequest;
  readonly #transaction: ServerTransaction;
  readonly #need: ContextNeeds;
  readonly #branches: Branch[] = [];
  readonly #answers: BranchAnswer[] = [];
  #resolving = 0;
  #cancelled = false;
  /** A 6xx has come: nobody else is asked (RFC 3261 16.7 step 5). */
  #declined = false;
  #answeredWith: number | undefined;

  constructor(request: ProxyRequest, need: ContextNeeds) {
    this.#request = request;
    this.#transaction = request.stateful();
    this.#need = need;
  }

  /** Announces that branches are still being made out, so that the end of the others is not the end of all. */
  expect(branches: number): void {
    this.#resolving += branches;
  }

  /** A branch that was expected starts; one of a request that was cancelled meanwhile does not. */
  add(branch: Branch): void {
    this.#resolving -= 1;
    if (this.#cancelled || this.#declined || this.#answeredWith !== undefined) {
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

  provisional(branch: Branch, response: SipResponse): void {
    // RFC 4320 4.1: no provisional but 100 for anything other than INVITE.
    const isLate = this.#answeredWith !== undefined || this.#cancelled;
    if (isLate || this.#request.method !== 'INVITE') return;
    this.#transaction.respond(response.status, this.#returned(branch, response));
  }

  /** RFC 3261 16.7 step 5: each 2xx to an INVITE goes to the caller, who ends the calls that he does not want. */
  success(branch: Branch, response: SipResponse): void {
    const isFirst = this.#answeredWith === undefined;
    if (!isFirst && this.#request.method !== 'INVITE') return;
    const text = this.#returned(branch, response);
    // Another final has gone out already: the transaction would not let this one pass, but the caller must hear of it.
    if (!isFirst && (this.#answeredWith ?? 0) >= 300) this.#request.replyOnceMore(text);
    else this.#transaction.respond(response.status, text);
    this.#cancelBranches(ELSEWHERE);
    if (isFirst) this.#note(response.status, response.reason);
  }

  ended(_branch: Branch, answer: BranchAnswer): void {
    if (!this.#isFollowed(answer)) this.#answers.push(answer);
    // RFC 3261 16.7 step 5: a 6xx ends the search, but a 2xx that is under way still wins.
    if (answer.status >= 600) {
      this.#declined = true;
      this.#cancelBranches([]);
    }
    this.#conclude();
  }

  #isFollowed({ status, response }: BranchAnswer): boolean {
    if (response === undefined || status < 300 || status >= 400 || this.#cancelled) return false;
    return this.#need.search.redirect(response);
  }

  /** The response as the caller gets it; a phone behind a NAT is named by where it answered from. */
  #returned(branch: Branch, response: SipResponse): string {
    const { flow } = branch;
    const isAliased = flow !== undefined && this.#need.alias && refreshesTarget(this.#request.method);
    return forwardedResponse(response, isAliased ? { contact: aliasedContact(response, flow) } : undefined);
  }

  #cancelBranches(reasons: readonly string[]): void {
    for (const branch of this.#branches) branch.cancel(reasons);
  }

  #conclude(): void {
    if (this.#answeredWith !== undefined || this.#branches.some((branch) => branch.isPending)) return;
    // Nobody has been asked on the branches that are still being made out: a CANCEL does not wait for them.
    if (this.#resolving > 0 && !this.#cancelled) return;
    if (!this.#cancelled && !this.#declined && this.#need.search.next(this)) return;
    const best = bestAnswer(this.#answers);
    if (this.#cancelled && (best === undefined || best.response === undefined)) this.#answer(487, 'Request Terminated');
    else if (best !== undefined) this.#pass(best);
  }

  #pass(best: BranchAnswer): void {
    const { status, response } = best;
    if (status === 408 && this.#request.method !== 'INVITE') {
      // RFC 4320 4.2: a 408 for anything other than INVITE would come too late to be of use.
      this.#note(408, 'no answer');
    } else if (status === 503) {
      // RFC 3261 16.7 step 6: a 503 of one next hop says nothing about this server.
      this.#answer(500, 'Service Unavailable');
    } else if (response !== undefined) {
      const headers = status === 401 || status === 407 ? challengesOf(this.#answers, response) : [];
      this.#transaction.respond(status, forwardedResponse(response, { headers }));
      this.#note(status, response.reason);
    } else {
      this.#answer(status, reasonPhrase(status));
    }
  }

  #answer(status: number, reason: string): void {
    this.#request.reply(status, reason);
    this.#note(status, reason);
  }

  #note(status: number, reason: string): void {
    this.#answeredWith = status;
    this.#need.answered(this.#request, status, reason);
  }
}
