import { isIPv4, isIPv6 } from 'node:net';
import { Failure } from '../errors.js';
import { isHostName, uriHost } from './address.js';
import { defaultPort, PROTOCOLS, protocolNamed } from './protocol.js';
import type { ListenAddress, Protocol } from './transport.js';

/** The port of SIP over UDP and TCP (RFC 3261 19.1.2). */
export const DEFAULT_PORT = 5060;

export interface HostPort {
  /** Numeric without brackets, or a name. */
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads a listen address as Kamailio's `listen=` has it, `udp:0.0.0.0:5060`, `tcp:[::1]:5060` or `tls:127.0.0.1`
 * (port 5061). Port 0 lets the system choose. Throws a Failure that names the text.
 */
export function parseListen(text: string): ListenAddress {
  const refuse = (why: string) =>
    new Failure(
      'CONFIG',
      `"${text}" is no address to listen on: ${why}`,
      'write protocol:address[:port], such as udp:127.0.0.1:5060 or tcp:[::1]:5060',
    );
  const colon = Math.max(text.indexOf(':'), 0);
  const protocol = protocolNamed(text.slice(0, colon));
  if (protocol === undefined) throw refuse(`the protocol must be one of ${PROTOCOLS.join(', ')}`);
  const { host, port } = parseHostPort(text.slice(colon + 1), refuse);
  return { protocol, host, port: port ?? defaultPort(protocol) };
}

/** Reads the setting `advertise`: `sip.example.com`, `192.0.2.1:5070`, `[2001:db8::1]`. Throws a Failure. */
export function parseAdvertise(text: string): HostPort {
  return parseHostPort(
    text,
    (why) => new Failure('CONFIG', `"${text}" is no address to advertise: ${why}`, 'write host or host:port'),
  );
}

function parseHostPort(text: string, refuse: (why: string) => Failure): HostPort {
  const isBracketed = text.startsWith('[');
  const end = isBracketed ? text.indexOf(']') + 1 : text.indexOf(':');
  const host = end > 0 ? text.slice(0, end) : text;
  const inner = isBracketed ? host.slice(1, -1) : host;
  const isHost = isBracketed ? end > 0 && isIPv6(inner) : isIPv4(inner) || isHostName(inner);
  if (!isHost) throw refuse('the host must be an IPv4 address, an IPv6 address in brackets, or a name');
  const rest = text.slice(host.length);
  if (rest === '') return { host: inner, port: undefined };
  const port = /^:\d{1,5}$/.test(rest) ? Number(rest.slice(1)) : Number.NaN;
  if (!(port <= 65_535)) throw refuse('the port must be a number from 0 to 65535');
  return { host: inner, port };
}

/** The name of a listener in Kamailio's spelling; `parseListen` reads it back. */
export function listenName(protocol: Protocol, host: string, port: number): string {
  return `${protocol}:${uriHost(host)}:${port}`;
}

/** What stands in `details` of the Failure of a listener that can not be opened. */
export interface ListenProblem {
  readonly listen: ListenAddress;
  /** The system's code, such as EADDRINUSE. */
  readonly code: string;
  /** The machine has no IPv6: whoever asked for `[::]` only by default can do without it. */
  readonly withoutIpv6: boolean;
}

/** Why a socket could not be bound, as a Failure whose `details` are a ListenProblem. */
export function listenFailure(listen: ListenAddress, error: Error & { code?: string | undefined }): Failure {
  const name = listenName(listen.protocol, listen.host, listen.port);
  const code = error.code ?? '';
  const withoutIpv6 = code === 'EAFNOSUPPORT' || (code === 'EADDRNOTAVAIL' && listen.host === '::');
  const details: ListenProblem = { listen, code, withoutIpv6 };
  const [sentence, hint] = explain(code, withoutIpv6, error);
  return new Failure('FAILED', `${name} ${sentence}`, hint, details);
}

function explain(code: string, withoutIpv6: boolean, error: Error): [sentence: string, hint?: string] {
  if (withoutIpv6) return ['can not be opened: this machine has no IPv6', 'listen on IPv4 addresses only'];
  switch (code) {
    case 'EADDRINUSE':
      return ['is in use by another program', 'stop that program or listen on another address or port'];
    case 'EACCES':
      return ['needs rights that this user does not have', 'choose a port from 1024 up'];
    case 'EADDRNOTAVAIL':
      return ['can not be opened: this machine does not have that address', 'use one of its own, or 0.0.0.0 for all'];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['can not be opened: the name has no address', 'write a numeric address'];
    default:
      return [`can not be opened: ${error.message}`];
  }
}
