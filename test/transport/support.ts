import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { parseListen } from '../../src/transport/listen-address.js';
import { openTransports, type TransportOptions } from '../../src/transport/open.js';
import type { Listener, Receiver, Source, TransportLog, Transports } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

/** A queue that can be waited at. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What has come and was not taken. */
  get rest(): readonly T[] {
    return this.#items;
  }
}

export interface Received {
  readonly text: string;
  readonly source: Source;
}

/** Transports with everything that came out of them. */
export interface Rig {
  readonly transports: Transports;
  readonly clock: VirtualClock;
  readonly messages: Inbox<Received>;
  readonly garbage: Inbox<Received & { readonly reason: string }>;
  readonly warnings: string[];
  listener(index?: number): Listener;
}

export interface RigOptions extends Partial<TransportOptions> {
  /** Instead of only noting what comes. */
  readonly receiver?: (transports: () => Transports) => Partial<Receiver>;
}

/** Opens transports on the addresses, such as `udp:127.0.0.1:0`, and closes them when the test has finished. */
export async function open(addresses: readonly string[], options: RigOptions = {}): Promise<Rig> {
  // At the real time, at which certificates are valid.
  const clock = new VirtualClock(Date.now());
  const messages = new Inbox<Received>();
  const garbage = new Inbox<Received & { reason: string }>();
  const warnings: string[] = [];
  const log: TransportLog = { debug() {}, warn: (_fields, text) => warnings.push(text) };
  const own = options.receiver?.(() => transports);
  const receiver: Receiver = {
    message(text, source) {
      own?.message?.(text, source);
      messages.push({ text, source });
    },
    garbage(text, reason, source) {
      own?.garbage?.(text, reason, source);
      garbage.push({ text, reason, source });
    },
  };
  const transports = await openTransports(addresses.map(parseListen), receiver, { clock, log, ...options });
  onTestFinished(() => transports.close());
  const listener = (index = 0) => {
    const found = transports.listeners[index];
    if (found === undefined) throw new Error(`there is no listener ${index}`);
    return found;
  };
  return { transports, clock, messages, garbage, warnings, listener };
}

export interface UdpPeer {
  readonly socket: UdpSocket;
  readonly port: number;
  readonly inbox: Inbox<{ readonly text: string; readonly from: RemoteInfo }>;
  send(text: string | Buffer, to: Listener): void;
}

/** A UDP socket of somebody else. */
export async function udpPeer(address = '127.0.0.1'): Promise<UdpPeer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const inbox: UdpPeer['inbox'] = new Inbox();
  socket.on('message', (datagram, from) => inbox.push({ text: datagram.toString('latin1'), from }));
  socket.bind(0, address);
  await once(socket, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return {
    socket,
    port: socket.address().port,
    inbox,
    send: (text, to) => socket.send(text, to.port, reachable(to)),
  };
}

/** The other end of a TCP connection. */
export class TcpPeer {
  readonly #arrived = new Inbox<void>();
  readonly closed: Promise<void>;
  #text = '';

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      this.#arrived.push();
    });
    // Resets are what some of the tests are about.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    onTestFinished(() => {
      socket.destroy();
    });
  }

  get port(): number {
    return this.socket.localPort ?? 0;
  }

  /** All that has arrived. */
  get text(): string {
    return this.#text;
  }

  /** Resolves when what has arrived ends like this. */
  async until(end: string): Promise<string> {
    while (!this.#text.endsWith(end)) await this.#arrived.next();
    return this.#text;
  }
}

export async function tcpPeer(to: Listener, localAddress?: string): Promise<TcpPeer> {
  const from = localAddress === undefined ? {} : { localAddress };
  const socket = connect({ host: reachable(to), port: to.port, ...from });
  const peer = new TcpPeer(socket);
  await Promise.race([once(socket, 'connect'), peer.closed]);
  return peer;
}

export interface TcpServer {
  readonly port: number;
  readonly peers: Inbox<TcpPeer>;
}

/** A TCP server of somebody else. */
export async function tcpServer(address = '127.0.0.1'): Promise<TcpServer> {
  const peers = new Inbox<TcpPeer>();
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // Registered after, so that connections are destroyed before the server waits for them.
  server.on('connection', (socket) => peers.push(new TcpPeer(socket)));
  return { port: (server.address() as AddressInfo).port, peers };
}

/** Where to send to reach a wildcard from this machine. */
export function reachable({ address, family }: Listener): string {
  if (address !== '0.0.0.0' && address !== '::') return address;
  return family === 4 ? '127.0.0.1' : '::1';
}

/** A request with a body, to be cut at will. */
export function message(n: number, body = ''): string {
  return [
    'MESSAGE sip:bob@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/TCP 127.0.0.1:5070;branch=z9hG4bK${n}`,
    'Max-Forwards: 70',
    'From: <sip:alice@127.0.0.1>;tag=a1',
    'To: <sip:bob@127.0.0.1>',
    'Call-ID: call-1',
    `CSeq: ${n} MESSAGE`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** Fails the test when something can not be sent. */
export function mustBeSent(error: Error): void {
  throw error;
}

/** What `send` reports. */
export function failureOf(send: (failed: (error: Error) => void) => void): Promise<Error> {
  return new Promise((resolve) => send(resolve));
}
