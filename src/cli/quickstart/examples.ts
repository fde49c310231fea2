import type { AddressRow } from '../../storage/rows.js';
import type { NewRule } from '../../storage/storage.js';

/** The numbers of the two phones. */
export const EXAMPLE_USERS = ['1001', '1002'];

/**
 * Shows what an entry looks like and lets nobody in: 203.0.113.0/24 is reserved for documentation (RFC 5737), so no
 * packet comes from there. An address of this machine would let every local program call without a password.
 */
export function exampleAddress(group: number): Omit<AddressRow, 'id'> {
  return { grp: group, ip_addr: '203.0.113.10', mask: 32, port: 0, tag: 'example carrier' };
}

/** An allow rule that matches ends the search, then come the deny rules; what matches none is allowed. */
export const EXAMPLE_RULES: readonly NewRule[] = [
  { type: 'A', rule: 'ALL : "^sip:1[0-9]{3}@"', note: 'internal numbers, 1000 to 1999' },
  { type: 'D', rule: String.raw`ALL : "^sip:(\+|00)?900"`, note: 'premium-rate numbers' },
];
