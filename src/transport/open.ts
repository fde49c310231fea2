import type { Clock } from '../util/clock.js';
import { familyOf } from './address.js';
import { PeerConnection } from './connection.js';
import { Connections } from './connections.js';
import { listenName, parseAdvertise } from './listen-address.js';
import { LocalAddresses } from './local-addresses.js';
import { openListener, Secrets, type SocketListener } from './open-listener.js';
import { OwnAddresses } from './own-addresses.js';
import { StreamListener } from './stream-listener.js';
import { domainToShow } from './tls-identity.js';
import type { TlsOptions } from './tls-material.js';
import {
  type Connection,
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
import { UdpListener } from './udp.js';

export interface TransportOptions {
  readonly clock: Clock;
  readonly log: TransportLog;
  readonly limits?: Partial<TransportLimits>;
  /** `host` or `host:port` to write in Via and Record-Route instead of the real address (behind NAT). */
  readonly advertise?: string | undefined;
  /** Needed by listeners of TLS and WSS, and for what they send. */
  readonly tls?: TlsOptions | undefined;
  /** The origins, such as `https://phone.example.com`, that pages may open a WebSocket from; any when there are none. */
  readonly origins?: readonly string[] | undefined;
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
  const connections = new Connections(limits);
  const local = new LocalAddresses(clock);
  const origins = new Set(options.origins?.map((origin) => origin.toLowerCase()));
  const need = { receiver, clock, log, limits, connections, local, origins };
  const secrets = new Secrets(options.tls, options);
  const opened: SocketListener[] = [];
  try {
    for (const address of addresses) opened.push(await openListener(address, need, secrets));
  } catch (error) {
    await Promise.all(opened.map((listener) => listener.close()));
    throw error;
  }
  return new SocketTransports(opened, connections, new OwnAddresses(opened, local, advertised), secrets);
}

/** Unless it is said, one address may take half of the connections: no single peer locks out the others. */
function limitsOf(given: Partial<TransportLimits>): TransportLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const connectionsPerSource = given.connectionsPerSource ?? Math.ceil(limits.connections / 2);
  return { ...limits, connectionsPerSource };
}

class SocketTransports implements Transports {
  #closing: Promise<void> | undefined;

  constructor(
    readonly listeners: readonly SocketListener[],
    readonly connections: Connections,
    readonly own: OwnAddresses,
    readonly secrets: Secrets,
  ) {}

  listenerFor(target: Target): Listener | undefined {
    return this.#openConnection(target)?.listener ?? this.#listenerFor(target);
  }

  sentBy(listener: Listener, towards: string): SentBy {
    return this.own.sentBy(listener, towards);
  }

  isLocal(host: string, port: number | undefined): boolean {
    return this.own.has(host, port);
  }

  connection(id: number): Connection | undefined {
    return this.connections.get(id);
  }

  send(target: Target, text: string, failed: (error: Error) => void): void {
    const way = this.#openConnection(target) ?? this.#listenerFor(target);
    if (way instanceof UdpListener) {
      way.send(text, target.address, target.port, failed);
      return;
    }
    const connection = way instanceof StreamListener ? way.connect(target) : way;
    if (connection !== undefined) connection.send(text, failed);
    else queueMicrotask(() => failed(unreachable(target)));
  }

  reply(source: Source, text: string): void {
    if (source.connection instanceof PeerConnection) source.connection.send(text);
    else if (source.listener instanceof UdpListener) source.listener.reply(source, text);
  }

  async reload(): Promise<void> {
    await this.secrets.reload();
    for (const listener of this.listeners) if (listener instanceof StreamListener) listener.reload();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = this.listeners.map((listener) => listener.close());
    await Promise.all([...closed, this.connections.closeAll()]);
  }

  /** The connection that the target names, or one that its address and domain lead to. */
  #openConnection(target: Target): PeerConnection | undefined {
    const { connection, protocol, address, port } = target;
    if (protocol === 'udp') return undefined;
    const isUsable = connection instanceof PeerConnection && connection.protocol === protocol && !connection.closed;
    if (isUsable) return connection;
    return this.connections.find({ protocol, address, port, domain: domainToShow(target) });
  }

  /** The listener that can send to a target that there is no connection with. */
  #listenerFor(target: Target): SocketListener | undefined {
    const able = this.listeners.filter((listener) => listener.protocol === target.protocol && isOpener(listener));
    const named = able.find((listener) => listener === target.listener);
    if (named !== undefined) return named;
    const family = familyOf(target.address);
    return this.own.best(
      able.filter((listener) => listener.family === family),
      target.address,
    );
  }
}

function isOpener(listener: SocketListener): boolean {
  return listener instanceof UdpListener || listener.opens;
}

function unreachable({ protocol, address, port }: Target): Error {
  return new Error(`there is no way to ${listenName(protocol, address, port)}`);
}
