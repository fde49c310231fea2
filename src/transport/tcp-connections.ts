import type { TcpConnection } from './tcp-connection.js';
import type { TransportLimits } from './transport.js';

/** All open TCP connections, bounded in total and per peer address (security.md R9), found again by their peer. */
export class TcpConnections {
  readonly #all = new Set<TcpConnection>();
  readonly #byPeer = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();

  constructor(readonly limits: TransportLimits) {}

  get size(): number {
    return this.#all.size;
  }

  /** Whether one more connection with that address would be too many. */
  isFull(address: string): boolean {
    return this.#all.size >= this.limits.connections || this.#countOf(address) >= this.limits.connectionsPerSource;
  }

  add(connection: TcpConnection): void {
    this.#all.add(connection);
    this.#byPeer.set(peerOf(connection.address, connection.port), connection);
    this.#perSource.set(connection.address, this.#countOf(connection.address) + 1);
  }

  remove(connection: TcpConnection): void {
    if (!this.#all.delete(connection)) return;
    const peer = peerOf(connection.address, connection.port);
    // A newer connection with the same peer, through another listener, stays.
    if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
    const rest = this.#countOf(connection.address) - 1;
    if (rest > 0) this.#perSource.set(connection.address, rest);
    else this.#perSource.delete(connection.address);
  }

  /** The open connection with a peer, whoever opened it. */
  find(address: string, port: number): TcpConnection | undefined {
    const found = this.#byPeer.get(peerOf(address, port));
    return found?.closed === false ? found : undefined;
  }

  /** Ends all of them; resolves when they have ended. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.close()));
  }

  #countOf(address: string): number {
    return this.#perSource.get(address) ?? 0;
  }
}

function peerOf(address: string, port: number): string {
  return `${address} ${port}`;
}
