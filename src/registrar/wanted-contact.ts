import { Header } from '../sip/header.js';
import type { SipRequest } from '../sip/message.js';
import { headerParam, type NameAddr, parseNameAddr } from '../sip/name-addr.js';
import { parseUri, type SipUri } from '../sip/uri.js';
import { METHOD_BITS } from './binding.js';
import { bad, type Refusal } from './refusal.js';
import type { RegistrarSettings } from './settings.js';

/** One contact as a REGISTER asks for it. */
export interface WantedContact {
  readonly text: string;
  readonly uri: SipUri;
  /** Seconds from now; 0 removes the binding. */
  readonly expires: number;
  readonly q: number;
  readonly methods: number | undefined;
  /** `+sip.instance` without quotes and angle brackets. */
  readonly instance: string | undefined;
  /** Which of the phone's flows this is (RFC 5626); 0 for none. */
  readonly regId: number;
}

/** Widths of the columns of `location`: what does not fit is refused, never cut. */
const LONGEST = { contact: 512, instance: 255 } as const;

/** Reads one value of Contact, other than `*`. */
export function readContact(value: string, message: SipRequest, settings: RegistrarSettings): WantedContact | Refusal {
  const address = parseNameAddr(value);
  const uri = address === undefined ? undefined : parseUri(address.uriText);
  if (address === undefined || uri === undefined || uri.host === '') return bad('Contact parse error');
  if (address.uriText.length > LONGEST.contact) return bad('Contact too long');
  const q = readQ(headerParam(address.params, 'q'));
  if (q === undefined) return bad('Invalid q param in contact');
  const expires = readExpires(address, message, settings);
  if (typeof expires !== 'number') return expires;
  const instance = readInstance(address);
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

/** An empty instance names no phone. */
function readInstance(address: NameAddr): string | undefined {
  const text = headerParam(address.params, '+sip.instance');
  if (text === undefined || text === '') return undefined;
  const bare = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
  return bare === '' ? undefined : bare;
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

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0 && text.length <= 10;
}
