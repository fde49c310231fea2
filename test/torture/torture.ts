import { expect, it } from 'vitest';
import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { outcomeOf } from './outcome.js';

/** One message of our own with a fault or an oddity of the named section, and what parser and sanity check make of it. */
export interface Case {
  /** The section, and the name that the archive of the RFC gives to its message. */
  readonly of: string;
  /** The sentence that holds. */
  readonly it: string;
  readonly text: string;
  readonly outcome: 'processed' | 'dropped' | number;
  readonly inRequest?: (message: SipRequest) => void;
  readonly inResponse?: (message: SipResponse) => void;
}

/** A message from its lines and body, exactly as given. */
export function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

/** Makes one test of each case. */
export function hold(cases: readonly Case[]): void {
  it.each(cases)('$of: $it', ({ text, outcome, inRequest, inResponse }) => {
    expect(outcomeOf(text)).toBe(outcome);
    const message = parseMessage(text);
    if (inRequest !== undefined) {
      expect(message).toBeInstanceOf(SipRequest);
      if (message instanceof SipRequest) inRequest(message);
    }
    if (inResponse !== undefined) {
      expect(message).toBeInstanceOf(SipResponse);
      if (message instanceof SipResponse) inResponse(message);
    }
  });
}
