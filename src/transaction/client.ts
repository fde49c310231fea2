import type { SipRequest, SipResponse } from '../sip/message.js';
import { hostKey } from '../sip/uri.js';
import type { Via } from '../sip/via.js';
import type { Target } from '../transport/transport.js';
import { InviteClient } from './client-invite.js';
import { NonInviteClient } from './client-non-invite.js';
import type { ClientContext, ClientNeeds, ClientTransaction, ClientUser } from './client-transaction.js';

export type { ClientNeeds, ClientState, ClientTransaction, ClientUser } from './client-transaction.js';

const DEFAULT_PORT = 5060;

/** All client transactions that have not ended. */
export class ClientTransactions {
  readonly #all = new Map<string, InviteClient | NonInviteClient>();
  readonly #context: ClientContext;

  constructor(need: ClientNeeds) {
    this.#context = {
      clock: need.clock,
      timers: need.timers,
      send: (target, text, failed) => need.send(target, text, failed),
      ended: (transaction) => this.#all.delete(clientKey(transaction.request)),
      start: (request, target, user) => this.start(request, target, user),
    };
  }

  get size(): number {
    return this.#all.size;
  }

  /** Sends a request, whose top Via is ours with a branch used for nothing else, and looks after it until it ends. */
  start(request: SipRequest, target: Target, user: ClientUser): ClientTransaction {
    const Machine = request.method === 'INVITE' ? InviteClient : NonInviteClient;
    const transaction = new Machine(request, target, user, this.#context);
    this.#all.set(clientKey(request), transaction);
    transaction.start();
    return transaction;
  }

  /**
   * Gives a response to the transaction with its branch and CSeq method (RFC 3261 17.1.3). False when there is none, or
   * the top Via is not the one that was sent (18.1.2): such a response is dropped, never forwarded (RFC 6026 7.3).
   */
  receive(response: SipResponse): boolean {
    const transaction = this.#all.get(clientKey(response));
    if (transaction === undefined || !hasSameSentBy(transaction.request.topVia, response.topVia)) return false;
    transaction.receive(response);
    return true;
  }
}

/** A CANCEL shares the branch of its INVITE, hence the method. */
function clientKey(message: SipRequest | SipResponse): string {
  return `${message.cseq?.method} ${message.topVia?.branch}`;
}

function hasSameSentBy(sent: Via | undefined, received: Via | undefined): boolean {
  if (sent === undefined || received === undefined) return false;
  if ((sent.port ?? DEFAULT_PORT) !== (received.port ?? DEFAULT_PORT)) return false;
  return sent.host === received.host || hostKey(sent.host) === hostKey(received.host);
}
