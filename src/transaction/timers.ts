/** Timer values of RFC 3261 (table 4) in milliseconds; the others are made of these. */
export interface SipTimers {
  /** Estimated round trip time. */
  readonly T1: number;
  /** The longest time between two copies of a non-INVITE request or of a final response to INVITE. */
  readonly T2: number;
  /** The longest time that a message stays in the network. */
  readonly T4: number;
  /** How long an INVITE branch of a proxy may ring (16.6 step 11: more than 3 minutes). */
  readonly C: number;
}

export const DEFAULT_TIMERS: SipTimers = { T1: 500, T2: 4000, T4: 5000, C: 181_000 };

/** Milliseconds that a transaction waits for its peer: timers B, D, F, H, J, L and M. */
export function patience(timers: SipTimers): number {
  return 64 * timers.T1;
}
