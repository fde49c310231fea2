import type { Protocol } from './transport.js';

/** RFC 3261 19.1.2 and, for WebSocket, RFC 7118 5.1 and 5.2 with the ports of HTTP. */
const DEFAULT_PORTS: Readonly<Record<Protocol, number>> = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 };

export const PROTOCOLS = Object.keys(DEFAULT_PORTS) as readonly Protocol[];

/** The protocol of that name, as in a listen address or, with WS and WSS, in a Via; in any case of letters. */
export function protocolNamed(name: string): Protocol | undefined {
  const lower = name.toLowerCase();
  return PROTOCOLS.find((protocol) => protocol === lower);
}

/** The port that is meant where a URI, a Via or a listen address gives none; 5060 for protocols that we do not speak. */
export function defaultPort(protocol: string): number {
  const known = protocolNamed(protocol);
  return known === undefined ? 5060 : DEFAULT_PORTS[known];
}

/** The value of a URI's `transport` parameter: `ws` stands for WebSocket over TLS too (RFC 7118 5.2.2). */
export function transportParam(protocol: Protocol): string {
  return protocol === 'wss' ? 'ws' : protocol;
}

/** Whether what is sent is hidden from the network, and the peer may have shown a certificate. */
export function isSecure(protocol: Protocol): boolean {
  return protocol === 'tls' || protocol === 'wss';
}

export function isWebSocket(protocol: Protocol): boolean {
  return protocol === 'ws' || protocol === 'wss';
}
