import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** The one subprotocol that is spoken (RFC 7118 4.1). */
export const SUBPROTOCOL = 'sip';
const VERSION = '13';

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What every answer that is no WebSocket says: what one would have to ask for (RFC 7231 6.5.15). */
export const UPGRADE_REQUIRED: Refusal = { status: 426, headers: { Upgrade: 'websocket' } };

/**
 * Why an upgrade to SIP over WebSocket is refused: another version (RFC 6455 4.4), an origin that is not on a list that
 * has any, no subprotocol `sip` (RFC 7118 4.1). The rest of RFC 6455 4.2 is looked after by the library.
 */
export function refusalOf({ headers }: IncomingMessage, origins: ReadonlySet<string>): Refusal | undefined {
  if (headers['sec-websocket-version'] !== VERSION)
    return { status: 426, headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': VERSION } };
  if (origins.size > 0 && !origins.has(headers.origin?.toLowerCase() ?? '')) return { status: 403 };
  const offered = headers['sec-websocket-protocol']?.split(',') ?? [];
  return offered.some((name) => name.trim() === SUBPROTOCOL) ? undefined : { status: 400 };
}

/** Answers and hangs up. */
export function refuse(socket: Duplex, { status, headers = {} }: Refusal): void {
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  // Peers that are gone already are no news (security.md R10).
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}
