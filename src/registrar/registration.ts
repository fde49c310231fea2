import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { type Extensions, readExtensions } from './extensions.js';
import { bad, type Refusal } from './refusal.js';
import type { RegistrarSettings } from './settings.js';
import { readContact, type WantedContact } from './wanted-contact.js';

export type { Refusal } from './refusal.js';
export type { RegistrarSettings } from './settings.js';
export type { WantedContact } from './wanted-contact.js';

/** What a REGISTER asks for: a list of bindings when `contacts` is empty, the removal of all when `wildcard`. */
export interface Registration {
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  readonly extensions: Extensions;
  readonly wildcard: boolean;
  readonly contacts: readonly WantedContact[];
}

/** Widths of the columns of `location`: what does not fit is refused, never cut. */
const LONGEST = { callId: 255, userAgent: 255 } as const;

/** Reads a REGISTER (RFC 3261 10.3 steps 2, 6 and 7), without touching any binding. */
export function readRegistration(message: SipRequest, settings: RegistrarSettings): Registration | Refusal {
  const { callId, cseq } = message;
  if (callId === undefined || callId.length > LONGEST.callId) return bad('Callid too long');
  if (cseq === undefined) return bad('CSeq header not found');
  const extensions = readExtensions(message, settings);
  if ('status' in extensions) return extensions;
  const values = message.list(Header.Contact);
  const userAgent = message.first(Header.UserAgent) ?? '';
  const common = {
    callId,
    cseq: cseq.number,
    userAgent: userAgent === '' || userAgent.length > LONGEST.userAgent ? 'n/a' : userAgent,
    extensions,
  };
  if (values.some((value) => value === '*')) {
    // RFC 3261 10.3 step 6: the wildcard stands alone and with Expires: 0, or nothing is removed.
    if (values.length !== 1 || message.first(Header.Expires) !== '0') return bad('Invalid use of * contact');
    return { ...common, wildcard: true, contacts: [] };
  }
  const contacts = readContacts(values, message, extensions, settings);
  return 'status' in contacts ? contacts : { ...common, wildcard: false, contacts };
}

function readContacts(
  values: readonly string[],
  message: SipRequest,
  extensions: Extensions,
  settings: RegistrarSettings,
): readonly WantedContact[] | Refusal {
  const contacts: WantedContact[] = [];
  let flows = 0;
  for (const value of values) {
    const contact = readContact(value, message, settings);
    if ('status' in contact) return contact;
    const isFlow = contact.regId > 0 && contact.instance !== undefined && settings.outbound !== 'off';
    if (isFlow && !extensions.keepsFlow && extensions.supportsOutbound) return FIRST_HOP_LACKS;
    // RFC 5626 6: a reg-id counts with an instance only, and where the flow is kept.
    contacts.push(isFlow && extensions.keepsFlow ? contact : withoutRegId(contact));
    if (isFlow && contact.expires > 0) flows += 1;
  }
  // One request comes over one flow, which can not be two.
  return flows > 1 ? bad('Invalid Reg-Id number') : contacts;
}

function withoutRegId(contact: WantedContact): WantedContact {
  return contact.regId === 0 ? contact : { ...contact, regId: 0 };
}

const FIRST_HOP_LACKS: Refusal = { status: 439, text: 'No support for Outbound on edge proxy' };
