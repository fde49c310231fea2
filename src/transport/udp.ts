import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { familyOf, isUnicast, isWildcard, plainAddress } from './address.js';
import { listenFailure, listenName } from './listen-address.js';
import type { LocalAddresses } from './local-addresses.js';
import { stunAnswer } from './stun.js';
import type { ListenAddress, Listener, Receiver, Source, TransportLog } from './transport.js';

// Room for a burst while the event loop is busy; at 700 octets a message about 6000 of them.
const KERNEL_BUFFER = 4 * 1024 * 1024;

type NumericLookup = (
  host: string,
  family: unknown,
  done: (error: null, address: string, family: number) => void,
) => void;

// Everything given to send() is numeric already: without this, node asks getaddrinfo in a thread for every datagram.
const numericLookup: NumericLookup = (host, _family, done) => done(null, host, familyOf(host));

export interface UdpNeeds {
  readonly receiver: Receiver;
  readonly local: LocalAddresses;
  readonly log: TransportLog;
}

class UdpSource implements Source {
  readonly protocol = 'udp';
  readonly address: string;

  constructor(
    readonly listener: UdpListener,
    /** As the kernel gave it, with the zone that a reply to a link-local address needs. */
    readonly remote: RemoteInfo,
  ) {
    this.address = plainAddress(remote.address);
  }

  get port(): number {
    return this.remote.port;
  }

  get localAddress(): string {
    return this.listener.localAddress(this.address);
  }
}

/** One bound UDP socket (RFC 3261 18.2.1). */
export class UdpListener implements Listener {
  readonly protocol = 'udp';
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  readonly #socket: Socket;
  readonly #need: UdpNeeds;

  /** Binds the socket; a Failure says why that is not possible. `listen.host` is numeric. */
  static async open(listen: ListenAddress, need: UdpNeeds): Promise<UdpListener> {
    const type = familyOf(listen.host) === 4 ? 'udp4' : 'udp6';
    // With ipv6Only [::] stands beside 0.0.0.0; without reuseAddr a second server on the port is refused.
    const socket = createSocket({ type, ipv6Only: type === 'udp6', reuseAddr: false, lookup: numericLookup });
    const bound = once(socket, 'listening');
    socket.bind({ address: listen.host, port: listen.port, exclusive: true });
    try {
      await bound;
    } catch (error) {
      socket.close();
      throw listenFailure(listen, error as NodeJS.ErrnoException);
    }
    return new UdpListener(socket, need);
  }

  private constructor(socket: Socket, need: UdpNeeds) {
    const bound = socket.address();
    this.#socket = socket;
    this.#need = need;
    this.address = bound.address;
    this.port = bound.port;
    this.family = familyOf(bound.address);
    this.name = listenName('udp', bound.address, bound.port);
    growBuffers(socket, need.log);
    socket.on('message', (datagram, remote) => this.#received(datagram, remote));
    // Replies are sent without a callback: what becomes of them is the transaction's business (RFC 3261 17.2).
    socket.on('error', (error) =>
      need.log.debug({ event: 'transport', listener: this.name, error: error.message }, 'datagram not sent'),
    );
  }

  /** The address of this machine that `peer` sees. */
  localAddress(peer: string): string {
    return isWildcard(this.address) ? this.#need.local.facing(peer) : this.address;
  }

  /** Sends a request. `failed` is called after `send` has returned, if at all. */
  send(text: string, address: string, port: number, failed: (error: Error) => void): void {
    if (!isUnicast(address)) {
      queueMicrotask(() => failed(new Error(`${address} is not the address of one host`)));
      return;
    }
    try {
      this.#socket.send(Buffer.from(text, 'latin1'), port, address, (error) => {
        if (error !== null) failed(error);
      });
    } catch (error) {
      // Port 0, or a closed socket.
      queueMicrotask(() => failed(error as Error));
    }
  }

  /** Sends a response to the address and port that the request came from, and nowhere else (security.md R6). */
  reply(source: Source, text: string): void {
    const address = source instanceof UdpSource ? source.remote.address : source.address;
    this.#answer(Buffer.from(text, 'latin1'), source.port, address);
  }

  #answer(datagram: Buffer, port: number, address: string): void {
    try {
      this.#socket.send(datagram, port, address);
    } catch (error) {
      // A forged source port 0, or a transaction that answers after close().
      this.#need.log.debug({ event: 'transport', listener: this.name, error: String(error) }, 'datagram not sent');
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.close(resolve);
    });
  }

  #answerStun(datagram: Buffer, { address, port }: RemoteInfo): void {
    const answer = stunAnswer(datagram, plainAddress(address), port);
    if (answer !== undefined) this.#answer(answer, port, address);
  }

  #received(datagram: Buffer, remote: RemoteInfo): void {
    if (isKeepAlive(datagram)) return;
    // STUN's first octet is 0 or 1, as no SIP's is (RFC 5626 8).
    if ((datagram[0] ?? 0) <= 1) {
      this.#answerStun(datagram, remote);
      return;
    }
    this.#need.receiver.message(datagram.toString('latin1'), new UdpSource(this, remote));
  }
}

/** One to four octets of anything, and empty lines. */
function isKeepAlive(datagram: Buffer): boolean {
  const [first] = datagram;
  if (datagram.length <= 4) return true;
  return (first === 13 || first === 10) && datagram.every((octet) => octet === 13 || octet === 10);
}

function growBuffers(socket: Socket, log: TransportLog): void {
  try {
    socket.setRecvBufferSize(KERNEL_BUFFER);
    socket.setSendBufferSize(KERNEL_BUFFER);
  } catch (error) {
    // The system's own sizes will do, with fewer messages surviving a burst.
    log.debug({ event: 'transport', error: String(error) }, 'socket buffers keep their size');
  }
}
