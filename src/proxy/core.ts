import { SipRequest, SipResponse } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import { checkResponse } from '../sip/sanity.js';
import type { Receiver, Source } from '../transport/transport.js';
import { type Answering, ProxyRequest } from './request.js';
import { runSteps, type Step } from './step.js';

export interface CoreNeeds extends Answering {
  readonly route: readonly Step[];
  /** Hands a response to its client transaction; false when there is none. */
  response(response: SipResponse): boolean;
  /** True when no more transactions can be held: then nothing new is begun. */
  readonly isFull: () => boolean;
  readonly watch: Watch;
}

/** Told of everything that happens, for the log and the statistics. */
export interface Watch {
  request(message: SipRequest): void;
  response(message: SipResponse): void;
  /** A response that belongs to no transaction: dropped, and never a reason to send anything (RFC 3261 18.1.2). */
  strayResponse(source: Source): void;
  malformed(reason: string, source: Source): void;
  /** The route has ended for this request. */
  decided(request: ProxyRequest): void;
  failed(request: ProxyRequest, error: unknown): void;
}

/** What arrives on the wire comes in here: parsed once, then a matter of the route or of a client transaction. */
export class ProxyCore implements Receiver {
  readonly #need: CoreNeeds;

  constructor(need: CoreNeeds) {
    this.#need = need;
  }

  message(text: string, source: Source): void {
    const message = parseMessage(text);
    if (message instanceof SipRequest) this.#request(message, source);
    else if (message instanceof SipResponse) this.#response(message, source);
    else this.#malformed(message.reason, message.request, source);
  }

  garbage(text: string, reason: string, source: Source): void {
    const message = parseMessage(text);
    const request = message instanceof SipRequest ? message : 'request' in message ? message.request : undefined;
    this.#malformed(reason, request, source);
  }

  #request(message: SipRequest, source: Source): void {
    const { watch, route } = this.#need;
    watch.request(message);
    message.stampVia(source.address, source.port);
    const request = new ProxyRequest(message, source, this.#need);
    if (this.#need.isFull() && !request.hasToTag && message.method !== 'CANCEL') {
      request.reply(503, 'Service Unavailable', { headers: [['Retry-After', '10']], because: 'too many transactions' });
      watch.decided(request);
      return;
    }
    try {
      const waiting = runSteps(route, request);
      if (typeof waiting === 'number') watch.decided(request);
      else waiting.then(() => watch.decided(request)).catch((error: unknown) => this.#failed(request, error));
    } catch (error) {
      this.#failed(request, error);
    }
  }

  /** A mistake of ours, or a database that does not answer: the caller gets a 500 and the server goes on. */
  #failed(request: ProxyRequest, error: unknown): void {
    this.#need.watch.failed(request, error);
    request.reply(500, 'Server Internal Error');
  }

  #response(message: SipResponse, source: Source): void {
    const { watch } = this.#need;
    watch.response(message);
    if (!checkResponse(message)) watch.malformed('a response that is not well-formed', source);
    else if (!this.#need.response(message)) watch.strayResponse(source);
  }

  #malformed(reason: string, request: SipRequest | undefined, source: Source): void {
    this.#need.watch.malformed(reason, source);
    if (request === undefined) return;
    request.stampVia(source.address, source.port);
    new ProxyRequest(request, source, this.#need).reply(400, 'Bad Request', { because: reason });
  }
}
