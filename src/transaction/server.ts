import type { SipRequest } from '../sip/message.js';
import type { Source } from '../transport/transport.js';
import { InviteServer } from './server-invite.js';
import { cancelledKey, hasCookie, inviteKey, serverKey } from './server-key.js';
import { NonInviteServer } from './server-non-invite.js';
import type { ServerContext, ServerNeeds, ServerTransaction } from './server-transaction.js';

export type { ServerNeeds, ServerState, ServerTransaction } from './server-transaction.js';

const DEFAULT_LIMIT = 100_000;
/** What a CANCEL that is for no INVITE may be for: it does not say. */
const OTHER_METHODS = 'BYE INFO MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' ');

/** All server transactions that have not ended. */
export class ServerTransactions {
  readonly #all = new Map<string, InviteServer | NonInviteServer>();
  readonly #context: ServerContext;
  readonly #limit: number;

  constructor(need: ServerNeeds & { readonly limit?: number }) {
    this.#limit = need.limit ?? DEFAULT_LIMIT;
    this.#context = {
      clock: need.clock,
      timers: need.timers,
      reply: (source, text) => need.reply(source, text),
      ended: (key, transaction) => this.#remove(key, transaction),
    };
  }

  get size(): number {
    return this.#all.size;
  }

  /** Whether a new request should get a 503 instead of a transaction (security.md R9). */
  get full(): boolean {
    return this.#all.size >= this.#limit;
  }

  /**
   * The transaction that a request belongs to, as a copy of its request or as the ACK of a non-2xx response
   * (RFC 3261 17.2.3). The ACK of a 2xx belongs to none (RFC 6026 7.1).
   */
  match(request: SipRequest): ServerTransaction | undefined {
    const found = this.#all.get(serverKey(request));
    if (found === undefined) return undefined;
    if (request.method === 'ACK') return found instanceof InviteServer && takesAck(found, request) ? found : undefined;
    return hasCookie(request.topVia) || found.request.toTag === request.toTag ? found : undefined;
  }

  /**
   * The INVITE that a CANCEL from `source` is for (RFC 3261 9.2): the same branch and sent-by, Call-ID, From tag and
   * CSeq number from the same address, so that nobody ends a call by guessing a branch (security.md R4).
   */
  matchInvite(cancel: SipRequest, source: Source): ServerTransaction | undefined {
    return this.#matchCancelled(cancel, source, inviteKey(cancel));
  }

  /** The request other than INVITE that a CANCEL is for, on which it has no effect (RFC 3261 9.2). */
  matchOther(cancel: SipRequest, source: Source): ServerTransaction | undefined {
    for (const method of OTHER_METHODS) {
      const found = this.#matchCancelled(cancel, source, cancelledKey(cancel, method));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #matchCancelled(cancel: SipRequest, source: Source, key: string): ServerTransaction | undefined {
    const found = this.#all.get(key);
    if (found === undefined) return undefined;
    const { request } = found;
    const isSame =
      request.callId === cancel.callId &&
      request.fromTag === cancel.fromTag &&
      request.cseq?.number === cancel.cseq?.number &&
      found.source.address === source.address;
    return isSame ? found : undefined;
  }

  /** Begins the transaction of a request that `match` did not find; the caller has looked at `full`. */
  create(request: SipRequest, source: Source): ServerTransaction {
    const Machine = request.method === 'INVITE' ? InviteServer : NonInviteServer;
    const key = serverKey(request);
    const transaction = new Machine(key, request, source, this.#context);
    this.#all.set(key, transaction);
    return transaction;
  }

  #remove(key: string, transaction: ServerTransaction): void {
    if (this.#all.get(key) === transaction) this.#all.delete(key);
  }
}

function takesAck(invite: InviteServer, ack: SipRequest): boolean {
  if (invite.state === 'accepted') return false;
  return hasCookie(ack.topVia) || invite.wasTagged(ack.toTag);
}
