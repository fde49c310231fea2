import type { SipRequest, SipResponse } from '../sip/message.js';
import type { Target } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';
import type { SipTimers } from './timers.js';

export type ClientState = 'calling' | 'trying' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/** What the proxy sees of a client transaction (RFC 3261 17.1). */
export interface ClientTransaction {
  /** As sent: its top Via is ours. */
  readonly request: SipRequest;
  readonly target: Target;
  readonly state: ClientState;
  readonly provisionalSeen: boolean;
  /**
   * Cancels an INVITE (9.1): at once when a provisional response was seen, else when the first one comes, and not at
   * all after a final one. Without a final response 64*T1 after the CANCEL the INVITE ends as a timeout. Has no effect
   * on other requests. `reasonHeaders` are values of Reason (RFC 3326).
   */
  cancel(reasonHeaders?: readonly string[]): void;
}

/** Who sent the request. Exactly one of a final `response`, `timeout` and `transportError` comes first, then the end. */
export interface ClientUser {
  /** Provisional responses, the first copy of a final one, and every 2xx to INVITE. */
  response(response: SipResponse): void;
  /** Timer B or F, or a cancelled INVITE that was never answered. */
  timeout(): void;
  transportError(error: Error): void;
  terminated?(): void;
}

export interface ClientNeeds {
  readonly clock: Clock;
  readonly timers: SipTimers;
  send(target: Target, text: string, failed: (error: Error) => void): void;
}

/** What a machine is given: the needs of all, where to report its end, and how to start the CANCEL of an INVITE. */
export interface ClientContext extends ClientNeeds {
  ended(transaction: ClientTransaction): void;
  start(request: SipRequest, target: Target, user: ClientUser): ClientTransaction;
}

/** The user of a CANCEL's own transaction: the INVITE's final response is what counts. */
export const NOBODY: ClientUser = { response() {}, timeout() {}, transportError() {} };
