import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { familyOf, isUnicast, isWildcard, plainAddress } from './address.js';
import { listenFailure, listenName } from './listen-address.js';
import { type ConnectionNeeds, TcpConnection } from './tcp-connection.js';
import type { TcpConnections } from './tcp-connections.js';
import type { ListenAddress, Listener } from './transport.js';

const QUIET = 60_000;

export interface TcpNeeds extends ConnectionNeeds {
  readonly connections: TcpConnections;
}

/** One listening TCP socket, and the connections that are opened in its name. */
export class TcpListener implements Listener {
  readonly protocol = 'tcp';
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  readonly #server: Server;
  readonly #need: TcpNeeds;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** Listens; a Failure says why that is not possible. `listen.host` is numeric. */
  static async open(listen: ListenAddress, need: TcpNeeds): Promise<TcpListener> {
    const server = createServer();
    const listening = once(server, 'listening');
    server.listen({ host: listen.host, port: listen.port, exclusive: true, ipv6Only: familyOf(listen.host) === 6 });
    try {
      await listening;
    } catch (error) {
      throw listenFailure(listen, error as NodeJS.ErrnoException);
    }
    return new TcpListener(server, need);
  }

  private constructor(server: Server, need: TcpNeeds) {
    const bound = server.address() as AddressInfo;
    this.#server = server;
    this.#need = need;
    this.address = bound.address;
    this.port = bound.port;
    this.family = familyOf(bound.address);
    this.name = listenName('tcp', bound.address, bound.port);
    server.on('connection', (socket) => this.#accept(socket));
    server.on('error', (error) =>
      need.log.warn({ event: 'transport', listener: this.name, error: error.message }, 'listening failed'),
    );
  }

  /**
   * Opens a connection to a numeric address from this listener's address. What is sent on it meanwhile waits, and fails
   * if there is none within the limit. `undefined` when there are too many connections or nobody can be there.
   */
  connect(address: string, port: number): TcpConnection | undefined {
    const isPlace = isUnicast(address) && port > 0 && port < 65_536;
    if (!isPlace || this.#need.connections.isFull(address)) return undefined;
    const from = isWildcard(this.address) ? {} : { localAddress: this.address };
    const socket = connect({ host: address, port, ...from });
    const connection = this.#adopt(socket, address, port);
    const limit = this.#need.clock.after(this.#need.limits.connect, () => connection.destroy('no answer in time'));
    socket.once('connect', () => limit.cancel());
    socket.once('close', () => limit.cancel());
    return connection;
  }

  /** Stops accepting; resolves when the connections that were accepted have ended too. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    // The peer may be gone already.
    if (socket.remoteAddress === undefined || socket.remotePort === undefined) {
      socket.destroy();
      return;
    }
    const address = plainAddress(socket.remoteAddress);
    if (this.#need.connections.isFull(address)) {
      this.#warnFull(address);
      socket.destroy();
      return;
    }
    this.#adopt(socket, address, socket.remotePort).expectMessage(this.#need.limits.incomplete);
  }

  #adopt(socket: Socket, address: string, port: number): TcpConnection {
    const connection = new TcpConnection(socket, this, address, port, this.#need);
    this.#need.connections.add(connection);
    socket.once('close', () => this.#need.connections.remove(connection));
    return connection;
  }

  /** Once a minute: a flood must not fill the log as well. */
  #warnFull(address: string): void {
    const now = this.#need.clock.now();
    if (now - this.#warnedAt < QUIET) return;
    this.#warnedAt = now;
    this.#need.log.warn(
      { event: 'transport', listener: this.name, source: address },
      'too many TCP connections, refusing new ones',
    );
  }
}
