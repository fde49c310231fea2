import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';

/**
 * How many branches a request may have at once, here and everywhere behind us (RFC 5393 5.3): what its Max-Breadth says,
 * but no more than `most`, which also stands for one without. Undefined when the header field is no number.
 */
export function breadthOf(message: SipRequest, most: number): number | undefined {
  const value = message.first(Header.MaxBreadth);
  if (value === undefined) return most;
  return /^\d{1,10}$/.test(value) ? Math.min(Number(value), most) : undefined;
}

/** What one of several branches gets of it (RFC 5393 5.3.3): the shares of all together are the whole. */
export function shareOf(breadth: number, branches: number, index: number): number {
  const share = Math.floor(breadth / branches);
  return index < breadth % branches ? share + 1 : share;
}
