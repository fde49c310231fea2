import type { SipRequest } from '../sip/message.js';
import type { Source } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import type { SipTimers } from './timers.js';

export type ServerState = 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/** What the proxy sees of a server transaction (RFC 3261 17.2). */
export interface ServerTransaction {
  readonly request: SipRequest;
  readonly source: Source;
  readonly state: ServerState;
  /** The tag of To in responses that are made here, the same in all of them. */
  readonly toTag: string;
  readonly finalStatus: number | undefined;
  /** Takes a copy of the request or, for INVITE, the ACK. */
  receive(request: SipRequest): void;
  /** Sends a response and keeps it for retransmissions; ignored in states that forbid it. */
  respond(status: number, text: string): void;
  onTerminated?: () => void;
  /** No ACK came for the final response (timer H); called before `onTerminated`. */
  onTransportFailure?: () => void;
}

export interface ServerNeeds {
  readonly clock: Clock;
  readonly timers: SipTimers;
  reply(source: Source, text: string): void;
}

/** What a machine is given: the needs of all, and where to report its end. */
export interface ServerContext extends ServerNeeds {
  /** `key` is what the transaction was made with. */
  ended(key: string, transaction: ServerTransaction): void;
}
