import { isSecure, transportParam } from '../transport/protocol.js';
import type { Protocol } from '../transport/transport.js';

/** One of our addresses, as it stands in Via and Record-Route. */
export interface Interface {
  readonly protocol: Protocol;
  /** IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
}

/** Host and port; the port is left out only where nobody can mistake which one is meant. */
export function hostPort({ protocol, host, port }: Interface): string {
  return port === 5060 && (protocol === 'udp' || protocol === 'tcp') ? host : `${host}:${port}`;
}

export function isSameInterface(a: Interface, b: Interface): boolean {
  return a.protocol === b.protocol && a.host === b.host && a.port === b.port;
}

/** The URI of the interface, without angle brackets: `sips` where asked for and the interface can hold that promise. */
export function interfaceUri(at: Interface, secure: boolean): string {
  const scheme = secure && isSecure(at.protocol) ? 'sips' : 'sip';
  const isImplied = at.protocol === 'udp' || (scheme === 'sips' && at.protocol === 'tls');
  return `${scheme}:${hostPort(at)}${isImplied ? '' : `;transport=${transportParam(at.protocol)}`}`;
}
