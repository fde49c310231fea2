import { isPrivate } from '../registrar/nat.js';
import { Header } from '../sip/header.js';
import type { SipMessage } from '../sip/message.js';
import { parseNameAddr } from '../sip/name-addr.js';
import { formatUri, hostKey, parseUri, type SipUri, uriParam } from '../sip/uri.js';
import { addressOfHost, uriHost } from '../transport/address.js';
import { defaultPort, protocolNamed } from '../transport/protocol.js';
import type { Protocol, Target } from '../transport/transport.js';
import type { ProxyRequest } from './request.js';
import { withoutParam } from './request-uri.js';

/** One end of the way that messages take: a source or a target. */
export type Endpoint = Pick<Target, 'protocol' | 'address' | 'port'>;

const NAME = 'alias';

/** Kamailio's numbers of protocols, as they stand in an alias. */
const NUMBERS: Readonly<Record<Protocol, number>> = { udp: 1, tcp: 2, tls: 3, ws: 5, wss: 6 };

/** Requests and responses whose Contact says where the further requests of a dialog go (RFC 3261 12, 12.2). */
const TARGET_REFRESHING: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'UPDATE', 'NOTIFY']);

export function refreshesTarget(method: string): boolean {
  return TARGET_REFRESHING.has(method);
}

/**
 * The Contact of a request from a phone behind a NAT, with the address that it really came from as `;alias=ip~port~proto`
 * (Kamailio's set_contact_alias); undefined when the contact needs none, or the request came by another proxy.
 */
export function nattedContact({ message, source, trustedBy }: ProxyRequest): string | undefined {
  const at = message.indexOf(Header.Contact);
  if (at === -1 || trustedBy !== undefined || message.indexOf(Header.Contact, at + 1) !== -1) return undefined;
  return isNatted(message, source) && message.list(Header.Via).length === 1
    ? aliased(message.value(at), source)
    : undefined;
}

/** The Contact of a response that came from a phone behind a NAT at that address. */
export function aliasedContact(message: SipMessage, from: Endpoint): string | undefined {
  const contact = message.first(Header.Contact);
  return contact === undefined || message.count(Header.Contact) > 1 ? undefined : aliased(contact, from);
}

/** Where an alias leads, and the URI without it as the phone knows it (Kamailio's handle_ruri_alias). */
export function aliasOf(text: string): { readonly uri: string; readonly nextHop: Target } | undefined {
  if (!text.includes(`;${NAME}=`)) return undefined;
  const uri = parseUri(text);
  const [host, port, number, more] = (uri && uriParam(uri, NAME))?.split('~') ?? [];
  const address = addressOfHost(host ?? '');
  const protocol = protocolNumbered(Number(number));
  if (uri === undefined || address === undefined || protocol === undefined || more !== undefined) return undefined;
  if (port === undefined || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) return undefined;
  const plain = formatUri({ ...uri, params: withoutParam(uri.params, NAME) });
  return { uri: plain, nextHop: { protocol, address, port: Number(port) } };
}

function protocolNumbered(number: number): Protocol | undefined {
  return (Object.keys(NUMBERS) as Protocol[]).find((protocol) => NUMBERS[protocol] === number);
}

/** Kamailio's nat_uac_test(19), and whoever holds a connection that can not be opened from our side. */
function isNatted(message: SipMessage, source: Endpoint): boolean {
  const via = message.topVia;
  if (via === undefined || source.protocol !== 'udp') return true;
  if (hostKey(via.host) !== hostKey(source.address) || (via.port ?? 5060) !== source.port) return true;
  const contact = parseNameAddr(message.first(Header.Contact) ?? '');
  const uri = contact && parseUri(contact.uriText);
  return uri !== undefined && isPrivate(uri.host) && hostKey(uri.host) !== hostKey(source.address);
}

function aliased(value: string, from: Endpoint): string | undefined {
  const contact = parseNameAddr(value);
  const uri = contact && parseUri(contact.uriText);
  if (contact === undefined || uri === undefined || uri.host === '' || isAt(uri, from)) return undefined;
  if (uriParam(uri, NAME) !== undefined) return undefined;
  const place = `${uriHost(from.address)}~${from.port}~${NUMBERS[from.protocol]}`;
  const better = `<${formatUri({ ...uri, params: `${uri.params};${NAME}=${place}` })}>`;
  const written = `<${contact.uriText}>`;
  const start = value.lastIndexOf(written);
  if (start === -1) return better + contact.params;
  return value.slice(0, start) + better + value.slice(start + written.length);
}

/** True when the URI leads to that address as it is. */
function isAt(uri: SipUri, { protocol, address, port }: Endpoint): boolean {
  const transport = protocolNamed(uriParam(uri, 'transport') ?? '') ?? (uri.scheme === 'sips' ? 'tls' : 'udp');
  return (
    transport === protocol && (uri.port ?? defaultPort(transport)) === port && hostKey(uri.host) === hostKey(address)
  );
}
