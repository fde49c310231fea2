import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { headerParam, type NameAddr, parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri, uriParam } from '../sip/uri.js';
import { METHOD_BITS } from './binding.js';

export interface RegistrarSettings {
  /** Seconds, for contacts that ask for no time of their own. */
  readonly defaultExpires: number;
  /** Seconds; a shorter wish is refused with 423. */
  readonly minExpires: number;
  /** Seconds; a longer wish is cut to it. */
  readonly maxExpires: number;
  /** Live contacts of one address of record. */
  readonly maxContacts: number;
}

/** One contact as a REGISTER asks for it. */
export interface WantedContact {
  readonly text: string;
  readonly uri: SipUri;
  /** Seconds from now; 0 removes the binding. */
  readonly expires: number;
  readonly q: number;
  readonly methods: number | undefined;
  readonly instance: string | undefined;
  readonly regId: number;
}

/** What a REGISTER asks for: a list of bindings when `contacts` is empty, the removal of all when `wildcard`. */
export interface Registration {
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  readonly path: readonly string[];
  readonly wildcard: boolean;
  readonly contacts: readonly WantedContact[];
}

/** An answer other than 200; `text` goes into Kamailio's header P-Registrar-Error. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: readonly (readonly [string, string])[];
}

/** Widths of the columns of `location`: what does not fit is refused, never cut. */
const LONGEST = { contact: 512, callId: 255, instance: 255, path: 512, userAgent: 255 } as const;
const SUPPORTED = new Set(['path']);

const bad = (text: string): Refusal => ({ status: 400, text });

/** Reads a REGISTER (RFC 3261 10.3 steps 2, 6 and 7), without touching any binding. */
export function readRegistration(message: SipRequest, settings: RegistrarSettings): Registration | Refusal {
  const { callId, cseq } = message;
  if (callId === undefined || callId.length > LONGEST.callId) return bad('Callid too long');
  if (cseq === undefined) return bad('CSeq header not found');
  const unsupported = message.list(Header.Require).filter((tag) => !SUPPORTED.has(tag.toLowerCase()));
  if (unsupported.length > 0) {
    return { status: 420, text: 'Extension not supported', headers: [['Unsupported', unsupported.join(', ')]] };
  }
  const path = message.list(Header.Path);
  if (path.join(', ').length > LONGEST.path) return bad('Path too long');
  if (path.length > 0 && !isLooseRoute(path[0])) return bad('Path parse error');

  const values = message.list(Header.Contact);
  const userAgent = message.first(Header.UserAgent) ?? '';
  const common = {
    callId,
    cseq: cseq.number,
    userAgent: userAgent === '' || userAgent.length > LONGEST.userAgent ? 'n/a' : userAgent,
    path,
  };
  if (values.some((value) => value === '*')) {
    // RFC 3261 10.3 step 6: the wildcard stands alone and with Expires: 0, or nothing is removed.
    if (values.length !== 1 || message.first(Header.Expires) !== '0') return bad('Invalid use of * contact');
    return { ...common, wildcard: true, contacts: [] };
  }
  const contacts: WantedContact[] = [];
  for (const value of values) {
    const contact = readContact(value, message, settings);
    if ('status' in contact) return contact;
    contacts.push(contact);
  }
  return { ...common, wildcard: false, contacts };
}

function readContact(value: string, message: SipRequest, settings: RegistrarSettings): WantedContact | Refusal {
  const address = parseNameAddr(value);
  const uri = address === undefined ? undefined : parseUri(address.uriText);
  if (address === undefined || uri === undefined || uri.host === '') return bad('Contact parse error');
  if (address.uriText.length > LONGEST.contact) return bad('Contact too long');
  const q = readQ(headerParam(address.params, 'q'));
  if (q === undefined) return bad('Invalid q param in contact');
  const expires = readExpires(address, message, settings);
  if (typeof expires !== 'number') return expires;
  const instance = headerParam(address.params, '+sip.instance')?.replace(/^<|>$/g, '');
  if (instance !== undefined && instance.length > LONGEST.instance) return bad('Contact too long');
  const regId = readRegId(headerParam(address.params, 'reg-id'));
  if (regId === undefined) return bad('Invalid Reg-Id number');
  return { text: address.uriText, uri, expires, q, methods: readMethods(address, message), instance, regId };
}

/** Contact parameter, else Expires header, else the default; 423 when too short (RFC 3261 10.3 step 7). */
function readExpires(address: NameAddr, message: SipRequest, settings: RegistrarSettings): number | Refusal {
  const wanted = headerParam(address.params, 'expires') ?? message.first(Header.Expires);
  const seconds = wanted !== undefined && isDigits(wanted) ? Number(wanted) : settings.defaultExpires;
  if (seconds === 0) return 0;
  if (seconds < settings.minExpires) {
    return { status: 423, text: 'Interval too brief', headers: [['Min-Expires', String(settings.minExpires)]] };
  }
  return Math.min(seconds, settings.maxExpires);
}

/** q from 0 to 1, decimals after the third cut; -1 when absent; undefined when it is no qvalue (RFC 3261 25.1). */
function readQ(text: string | undefined): number | undefined {
  if (text === undefined) return -1;
  if (text === '' || text.length > 16) return undefined;
  const dot = text.indexOf('.');
  const whole = dot === -1 ? text : text.slice(0, dot);
  const decimals = dot === -1 ? '' : text.slice(dot + 1);
  if ((whole !== '0' && whole !== '1') || (decimals !== '' && !isDigits(decimals))) return undefined;
  const q = Number(`${whole}.${decimals.slice(0, 3)}0`);
  return q > 1 ? undefined : q;
}

function readRegId(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const id = isDigits(text) && text.length <= 9 ? Number(text) : 0;
  return id > 0 ? id : undefined;
}

/** The contact's `methods` parameter, else the Allow header, else undefined for all. */
function readMethods(address: NameAddr, message: SipRequest): number | undefined {
  const parameter = headerParam(address.params, 'methods');
  const names = parameter === undefined ? message.list(Header.Allow) : parameter.split(',');
  if (names.length === 0) return undefined;
  let bits = 0;
  for (const name of names) bits |= METHOD_BITS.get(name.trim().toUpperCase()) ?? 0;
  return bits === 0 ? undefined : bits;
}

function isLooseRoute(value: string | undefined): boolean {
  const address = value === undefined ? undefined : parseNameAddr(value);
  const uri = address === undefined ? undefined : parseUri(address.uriText);
  return uri !== undefined && uriParam(uri, 'lr') !== undefined;
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0 && text.length <= 10;
}
