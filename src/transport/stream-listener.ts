import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Timer } from '../util/clock.js';
import { familyOf, isUnicast, isWildcard, plainAddress } from './address.js';
import type { ConnectionNeeds, PeerConnection } from './connection.js';
import type { Connections } from './connections.js';
import { listenFailure, listenName } from './listen-address.js';
import type { ListenAddress, Listener, Protocol, Target } from './transport.js';

const QUIET = 60_000;

export interface StreamNeeds extends ConnectionNeeds {
  readonly connections: Connections;
}

/** A bound socket of TCP; a Failure says why that is not possible. `listen.host` is numeric. */
export async function listenOn(listen: ListenAddress): Promise<Server> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen({ host: listen.host, port: listen.port, exclusive: true, ipv6Only: familyOf(listen.host) === 6 });
  try {
    await listening;
  } catch (error) {
    throw listenFailure(listen, error as NodeJS.ErrnoException);
  }
  return server;
}

/** One listening TCP socket, and the connections that are opened in its name; what stands above TCP is its kinds' business. */
export abstract class StreamListener implements Listener {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  protected readonly need: StreamNeeds;
  readonly #server: Server;
  /** The time limits of accepted sockets; TLS hides which one it was given, so they are found by their two ends. */
  readonly #handshakes = new Map<string, Timer>();
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly protocol: Protocol,
    server: Server,
    need: StreamNeeds,
  ) {
    const bound = server.address() as AddressInfo;
    this.#server = server;
    this.need = need;
    this.address = bound.address;
    this.port = bound.port;
    this.family = familyOf(bound.address);
    this.name = listenName(protocol, bound.address, bound.port);
    server.on('connection', (socket) => this.#accept(socket));
    server.on('error', (error) =>
      need.log.warn({ event: 'transport', listener: this.name, error: error.message }, 'listening failed'),
    );
  }

  /** Whether connections can be opened from here: a WebSocket only by its client (RFC 7118 3). */
  readonly opens: boolean = true;

  /**
   * Opens a connection to a numeric address from this listener's address. What is sent on it meanwhile waits, and fails
   * if there is none within the limit. `undefined` when there are too many connections or nobody can be there.
   */
  connect(target: Target): PeerConnection | undefined {
    const { address, port } = target;
    const isPlace = isUnicast(address) && port > 0 && port < 65_536;
    if (!this.opens || !isPlace || this.need.connections.isFull(address)) return undefined;
    const from = isWildcard(this.address) ? {} : { localAddress: this.address };
    return this.dial(target, { host: address, port, ...from });
  }

  /** Stops accepting; resolves when the connections that were accepted have ended too. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  /** Shows the certificates that have been read again to those who connect from now on. */
  reload(): void {
    // TCP and WS show none.
  }

  /** Takes an accepted socket on to a connection that carries messages; it has `limits.incomplete` to get there. */
  protected abstract welcome(socket: Socket, address: string, port: number): void;

  /** Opens a connection at a place that has been found good. */
  protected abstract dial(target: Target, place: Place): PeerConnection;

  /** Gives an outgoing socket its limit: `ready` is the event that says that it can be used. */
  protected limitDialling(socket: Socket, ready: string, connection: PeerConnection): void {
    const { clock, limits, connections } = this.need;
    connections.count(socket, connection.address);
    const limit = clock.after(limits.connect, () => connection.destroy('no answer in time'));
    socket.once(ready, () => limit.cancel());
    socket.once('close', () => limit.cancel());
  }

  /** Makes a connection known as long as its socket is open. */
  protected adopt<C extends PeerConnection>(connection: C, socket: Socket): C {
    this.#handshakes.get(endsOf(socket))?.cancel();
    this.need.connections.add(connection);
    socket.once('close', () => this.need.connections.remove(connection));
    return connection;
  }

  #accept(socket: Socket): void {
    // The peer may be gone already.
    if (socket.remoteAddress === undefined || socket.remotePort === undefined) {
      socket.destroy();
      return;
    }
    const address = plainAddress(socket.remoteAddress);
    if (this.need.connections.isFull(address)) {
      this.#warnFull(address);
      socket.destroy();
      return;
    }
    this.need.connections.count(socket, address);
    this.#limitHandshake(socket);
    this.welcome(socket, address, socket.remotePort);
  }

  /** Who does not shake hands in time holds a socket for nothing. */
  #limitHandshake(socket: Socket): void {
    const ends = endsOf(socket);
    const limit = this.need.clock.after(this.need.limits.incomplete, () => socket.destroy());
    this.#handshakes.set(ends, limit);
    socket.once('close', () => {
      limit.cancel();
      if (this.#handshakes.get(ends) === limit) this.#handshakes.delete(ends);
    });
  }

  /** Once a minute: a flood must not fill the log as well. */
  #warnFull(address: string): void {
    const now = this.need.clock.now();
    if (now - this.#warnedAt < QUIET) return;
    this.#warnedAt = now;
    this.need.log.warn(
      { event: 'transport', listener: this.name, source: address },
      'too many TCP connections, refusing new ones',
    );
  }
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** Where an outgoing connection goes to and comes from. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
}
