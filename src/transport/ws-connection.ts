import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Timer } from '../util/clock.js';
import { type ConnectionNeeds, type Peer, PeerConnection } from './connection.js';
import type { Listener } from './transport.js';

/** How long a peer has to answer the close frame before the connection is torn down. */
const LINGER = 2000;
const GOING_AWAY = 1001;
/** Milliseconds between our pings: browsers send none themselves, and what stands between forgets silent connections. */
const PING_EVERY = 60_000;
const PING = '\r\n\r\n';
const PONG = '\r\n';

/**
 * A WebSocket that carries one SIP message in each of its messages, text or binary, so that nothing has to be framed
 * (RFC 7118 5). The library masks, joins fragments, answers pings, and closes on what RFC 6455 forbids.
 */
export class WebSocketConnection extends PeerConnection {
  readonly #webSocket: WebSocket;
  /** Something has come since the last ping. */
  #isHeard = true;
  #pinging: Timer;

  constructor(webSocket: WebSocket, socket: Socket, listener: Listener, peer: Peer, need: ConnectionNeeds) {
    super(socket, listener, peer, need);
    this.#webSocket = webSocket;
    this.#pinging = this.#pingLater();
    socket.on('close', () => this.#pinging.cancel());
    // Before the library's own, which calls the ones below for what is complete: the rest is then known to be within.
    socket.prependListener('data', () => {
      this.#isHeard = true;
      this.received(true);
    });
    webSocket.on('message', (data: Buffer) => this.#take(data.toString('latin1')));
    webSocket.on('ping', () => this.#pinged());
    webSocket.on('pong', () => this.progressed());
    webSocket.on('error', (error) => this.#broken(error));
  }

  override get closed(): boolean {
    return super.closed || this.#webSocket.readyState !== this.#webSocket.OPEN;
  }

  override close(): Promise<void> {
    this.#webSocket.close(GOING_AWAY);
    return super.close();
  }

  /** As text where it is UTF-8, as all SIP should be: some clients read nothing else. */
  protected override write(text: string, done: (error?: Error | null) => void): void {
    const octets = Buffer.from(text, 'latin1');
    this.#webSocket.send(octets, { binary: !isUtf8(octets) }, done);
  }

  #take(text: string): void {
    if (this.isEnding) return;
    this.progressed();
    if (text === PING) this.send(PONG);
    else if (text !== PONG && text !== '') this.need.receiver.message(text, this);
  }

  /** Keeps the way open, and finds out when nobody is there any more (RFC 7118 6). */
  #pingLater(): Timer {
    return this.need.clock.after(PING_EVERY, () => {
      if (!this.#isHeard) {
        this.destroy('the peer does not answer pings');
        return;
      }
      this.#isHeard = false;
      if (!this.closed) this.#webSocket.ping();
      this.#pinging = this.#pingLater();
    });
  }

  #pinged(): void {
    this.progressed();
    this.demandReader();
  }

  /** The library has sent the close frame that says why: 1002, 1007 or 1009. */
  #broken(error: Error): void {
    this.note(error);
    this.finish(LINGER);
  }
}
