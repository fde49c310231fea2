import type { AddressEntry } from '../permissions/address-table.js';
import { buildResponse, type ResponseParts } from '../sip/build.js';
import type { SipRequest } from '../sip/message.js';
import type { SipUri } from '../sip/uri.js';
import type { ServerTransaction } from '../transaction/server.js';
import type { Source } from '../transport/transport.js';
import { statelessTag } from './stateless-tag.js';
import type { BranchTarget } from './targets.js';

/** What a request needs to be answered. */
export interface Answering {
  reply(source: Source, text: string): void;
  createTransaction(request: SipRequest, source: Source): ServerTransaction;
}

/** How a request was answered here, for the log. */
export interface Outcome {
  readonly status: number;
  readonly reason: string;
  /** Why, in words and with the rule or row that decided. */
  readonly because: string | undefined;
}

export interface Answer extends ResponseParts {
  readonly because?: string;
}

/** A request on its way through the route: what arrived, and what the steps have found out about it. */
export class ProxyRequest {
  /** The step that is deciding, or that decided. */
  step = '';
  /** The row of the address table that made the source trusted. */
  trustedBy: AddressEntry | undefined;
  /** The subscriber who proved to know the password. */
  user: string | undefined;
  /** Where the request goes, found by the step `location`. */
  targets: readonly BranchTarget[] = [];
  /** Hops that the request may still make, as it will be written when forwarded. */
  maxForwards = 70;
  /** The Request-URI as it arrived. */
  readonly receivedUri: string;
  transaction: ServerTransaction | undefined;
  /** Authentication-Info for a 2xx with that body, set by the step `digest` (RFC 7616 3.5). */
  authenticationInfo: ((body: string) => string) | undefined;
  outcome: Outcome | undefined;

  readonly #answering: Answering;
  #message: SipRequest;

  constructor(
    message: SipRequest,
    readonly source: Source,
    answering: Answering,
  ) {
    this.#message = message;
    this.#answering = answering;
    this.receivedUri = message.requestUri;
  }

  /** As it arrived, or as `rewrite` has made it since. */
  get message(): SipRequest {
    return this.#message;
  }

  /** Goes on with another text of the same request (RFC 3261 16.4): same Via, Call-ID, From, To and CSeq. */
  rewrite(message: SipRequest): void {
    this.#message = message;
  }

  get method(): string {
    return this.message.method;
  }

  /** The parsed Request-URI. The step `reqinit` has refused requests that have none. */
  get uri(): SipUri {
    const { uri } = this.message;
    if (uri === undefined) throw new Error('a request without a Request-URI has passed the step reqinit');
    return uri;
  }

  get hasToTag(): boolean {
    return this.message.toTag !== undefined;
  }

  /** Gives the request a server transaction, which absorbs retransmissions from here on. */
  stateful(): ServerTransaction {
    this.transaction ??= this.#answering.createTransaction(this.message, this.source);
    return this.transaction;
  }

  /** Tells the caller of an INVITE to wait, with no To tag (RFC 3261 8.2.6.1). */
  trying(): void {
    this.stateful().respond(100, buildResponse(this.message, 100, 'Trying'));
  }

  /** Answers the request; an ACK is never answered (RFC 3261 17). Stateless unless it has a transaction. */
  reply(status: number, reason: string, answer: Answer = {}): void {
    this.outcome = { status, reason, because: answer.because };
    if (this.method === 'ACK') return;
    const toTag = this.transaction?.toTag ?? statelessTag(this.message);
    const text = buildResponse(this.message, status, reason, {
      toTag,
      ...answer,
      headers: this.#headers(status, answer),
    });
    if (this.transaction !== undefined) this.transaction.respond(status, text);
    else this.#answering.reply(this.source, text);
  }

  /** Sends a response past the transaction, which has ended or has had its final one. */
  replyOnceMore(text: string): void {
    this.#answering.reply(this.source, text);
  }

  #headers(status: number, { headers = [], body = '' }: Answer): readonly (readonly [string, string])[] {
    if (this.authenticationInfo === undefined || status < 200 || status >= 300) return headers;
    return [...headers, ['Authentication-Info', this.authenticationInfo(body)]];
  }

  /** Ends the request without an answer. */
  drop(because: string): void {
    this.outcome = { status: 0, reason: 'dropped', because };
  }
}
