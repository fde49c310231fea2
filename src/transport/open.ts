import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../util/clock.js';
import { familyOf } from './address.js';
import { listenFailure, listenName, parseAdvertise } from './listen-address.js';
import { LocalAddresses } from './local-addresses.js';
import { OwnAddresses } from './own-addresses.js';
import { TcpListener, type TcpNeeds } from './tcp.js';
import { TcpConnection } from './tcp-connection.js';
import { TcpConnections } from './tcp-connections.js';
import {
  DEFAULT_LIMITS,
  type ListenAddress,
  type Listener,
  type Receiver,
  type SentBy,
  type Source,
  type Target,
  type TransportLimits,
  type TransportLog,
  type Transports,
} from './transport.js';
import { UdpListener, type UdpNeeds } from './udp.js';

export interface TransportOptions {
  readonly clock: Clock;
  readonly log: TransportLog;
  readonly limits?: Partial<TransportLimits>;
  /** `host` or `host:port` to write in Via and Record-Route instead of the real address (behind NAT). */
  readonly advertise?: string | undefined;
}

/**
 * Opens all listeners or none. A Failure names the address that can not be had; its `details` are a ListenProblem.
 * A second server on the same port fails: sockets are never shared.
 */
export async function openTransports(
  addresses: readonly ListenAddress[],
  receiver: Receiver,
  options: TransportOptions,
): Promise<Transports> {
  const advertised = options.advertise === undefined ? undefined : parseAdvertise(options.advertise);
  const limits = limitsOf(options.limits ?? {});
  const { clock, log } = options;
  const connections = new TcpConnections(limits);
  const local = new LocalAddresses(clock);
  const need = { receiver, clock, log, limits, connections, local };
  const opened: SocketListener[] = [];
  try {
    for (const address of addresses) opened.push(await openListener(address, need));
  } catch (error) {
    await Promise.all(opened.map((listener) => listener.close()));
    throw error;
  }
  return new SocketTransports(opened, connections, new OwnAddresses(opened, local, advertised));
}

/** Unless it is said, one address may take half of the connections: no single peer locks out the others. */
function limitsOf(given: Partial<TransportLimits>): TransportLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const connectionsPerSource = given.connectionsPerSource ?? Math.ceil(limits.connections / 2);
  return { ...limits, connectionsPerSource };
}

type SocketListener = UdpListener | TcpListener;

async function openListener(listen: ListenAddress, need: UdpNeeds & TcpNeeds): Promise<SocketListener> {
  const host = isIP(listen.host) === 0 ? await addressOfName(listen) : listen.host;
  const numeric = { ...listen, host };
  return listen.protocol === 'udp' ? UdpListener.open(numeric, need) : TcpListener.open(numeric, need);
}

async function addressOfName(listen: ListenAddress): Promise<string> {
  try {
    return (await lookup(listen.host)).address;
  } catch (error) {
    throw listenFailure(listen, error as NodeJS.ErrnoException);
  }
}

class SocketTransports implements Transports {
  #closing: Promise<void> | undefined;

  constructor(
    readonly listeners: readonly SocketListener[],
    readonly connections: TcpConnections,
    readonly own: OwnAddresses,
  ) {}

  listenerFor(target: Target): Listener | undefined {
    return this.#listenerFor(target);
  }

  sentBy(listener: Listener, towards: string): SentBy {
    return this.own.sentBy(listener, towards);
  }

  isLocal(host: string, port: number | undefined): boolean {
    return this.own.has(host, port);
  }

  send(target: Target, text: string, failed: (error: Error) => void): void {
    const open = target.protocol === 'tcp' ? this.#openConnection(target) : undefined;
    const way = open ?? this.#listenerFor(target);
    if (way instanceof UdpListener) {
      way.send(text, target.address, target.port, failed);
      return;
    }
    const connection = way instanceof TcpListener ? way.connect(target.address, target.port) : way;
    if (connection !== undefined) connection.send(text, failed);
    else queueMicrotask(() => failed(unreachable(target)));
  }

  reply(source: Source, text: string): void {
    if (source.connection instanceof TcpConnection) source.connection.send(text);
    else if (source.listener instanceof UdpListener) source.listener.reply(source, text);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = this.listeners.map((listener) => listener.close());
    await Promise.all([...closed, this.connections.closeAll()]);
  }

  #openConnection(target: Target): TcpConnection | undefined {
    const { connection } = target;
    if (connection instanceof TcpConnection && !connection.closed) return connection;
    return this.connections.find(target.address, target.port);
  }

  #listenerFor(target: Target): SocketListener | undefined {
    const open = target.protocol === 'tcp' ? this.#openConnection(target) : undefined;
    const wanted = open?.listener ?? target.listener;
    const named = this.listeners.find((listener) => listener === wanted);
    if (named?.protocol === target.protocol) return named;
    const family = familyOf(target.address);
    const able = this.listeners.filter(
      (listener) => listener.protocol === target.protocol && listener.family === family,
    );
    return this.own.best(able, target.address);
  }
}

function unreachable({ protocol, address, port }: Target): Error {
  return new Error(`there is no way to ${listenName(protocol, address, port)}`);
}
