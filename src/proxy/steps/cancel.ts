import { Header } from '../../sip/header.js';
import type { SipRequest } from '../../sip/message.js';
import type { ServerTransaction } from '../../transaction/server.js';
import type { Source } from '../../transport/transport.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface CancelNeeds {
  /** The live INVITE that a CANCEL is for (RFC 3261 9.2). */
  matchInvite(cancel: SipRequest, source: Source): ServerTransaction | undefined;
  /** The live request other than INVITE that it is for. */
  matchOther(cancel: SipRequest, source: Source): ServerTransaction | undefined;
  /** Cancels the branches of that INVITE. */
  cancelBranches(invite: ServerTransaction, reasons: readonly string[]): void;
}

/** CANCEL is hop by hop: answered here, and the branches of its INVITE are cancelled (RFC 3261 9.2, 16.10). */
export function cancel(need: CancelNeeds): Step {
  return {
    name: 'cancel',
    run(request) {
      if (request.method !== 'CANCEL') return CONTINUE;
      const { message, source } = request;
      const invite = need.matchInvite(message, source);
      const cancelled = invite ?? need.matchOther(message, source);
      if (cancelled === undefined) request.reply(481, 'Call/Transaction Does Not Exist');
      else request.reply(200, 'canceling', { toTag: cancelled.toTag });
      // RFC 3261 9.2: other requests than INVITE are answered soon anyway, and a CANCEL has no effect on them.
      if (invite !== undefined) need.cancelBranches(invite, message.all(Header.Reason));
      return EXIT;
    },
  };
}
