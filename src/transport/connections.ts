import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { PeerConnection } from './connection.js';
import type { Protocol, TransportLimits } from './transport.js';

/**
 * All sockets of connections, bounded in total and per peer address (security.md R9) from the moment that they are
 * accepted; and those of them that carry messages, found again by id and by peer.
 */
export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #perSource = new Map<string, number>();
  readonly #byId = new Map<number, PeerConnection>();
  readonly #byPeer = new Map<string, PeerConnection>();

  constructor(readonly limits: TransportLimits) {}

  /** Whether one more connection with that address would be too many. */
  isFull(address: string): boolean {
    return this.#sockets.size >= this.limits.connections || this.#countOf(address) >= this.limits.connectionsPerSource;
  }

  /** Counts the socket, whatever becomes of it, until it is closed. */
  count(socket: Socket, address: string): void {
    this.#sockets.add(socket);
    this.#perSource.set(address, this.#countOf(address) + 1);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const rest = this.#countOf(address) - 1;
      if (rest > 0) this.#perSource.set(address, rest);
      else this.#perSource.delete(address);
    });
  }

  add(connection: PeerConnection): void {
    this.#byId.set(connection.id, connection);
    this.#byPeer.set(keyOf(connection), connection);
  }

  remove(connection: PeerConnection): void {
    this.#byId.delete(connection.id);
    // A newer connection with the same peer, through another listener, stays.
    if (this.#byPeer.get(keyOf(connection)) === connection) this.#byPeer.delete(keyOf(connection));
  }

  get(id: number): PeerConnection | undefined {
    return open(this.#byId.get(id));
  }

  /**
   * The open connection with a peer, whoever opened it. One for a domain is found for that domain only: a certificate
   * speaks for nobody else, and a peer that connected to us has shown none of its own (RFC 5923 without alias).
   */
  find(peer: PeerKey): PeerConnection | undefined {
    return open(this.#byPeer.get(keyOf(peer)));
  }

  /** Ends all of them; resolves when they have ended. */
  async closeAll(): Promise<void> {
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const connection of this.#byId.values()) connection.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #countOf(address: string): number {
    return this.#perSource.get(address) ?? 0;
  }
}

/** What a connection is found by. */
export interface PeerKey {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  /** Empty where no certificate has to name a domain. */
  readonly domain: string;
}

function keyOf({ protocol, address, port, domain }: PeerKey): string {
  return `${protocol} ${address} ${port} ${domain}`;
}

function open(connection: PeerConnection | undefined): PeerConnection | undefined {
  return connection?.closed === false ? connection : undefined;
}
