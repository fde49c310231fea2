import type { SipRequest } from '../../sip/message.js';
import type { ServerTransaction } from '../../transaction/server.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface KnownTransactions {
  match(request: SipRequest): ServerTransaction | undefined;
}

/** Retransmissions, and the ACK of a final other than 2xx, belong to a transaction that we have (RFC 3261 17.2.3). */
export function retransmission(known: KnownTransactions): Step {
  return {
    name: 'retransmission',
    run(request) {
      const transaction = known.match(request.message);
      if (transaction === undefined) return CONTINUE;
      transaction.receive(request.message);
      return EXIT;
    },
  };
}
