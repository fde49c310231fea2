import type { Socket } from 'node:net';
import { type FramedEvent, StreamFramer } from '../sip/framing.js';
import { type ConnectionNeeds, type Peer, PeerConnection } from './connection.js';
import type { Listener } from './transport.js';

/** How long a peer has to read the answer to its garbage before the connection is torn down. */
const LINGER = 2000;
const PONG = '\r\n';

/** A stream of octets, TCP or TLS: framed by Content-Length (RFC 3261 18.3), pings answered (RFC 5626 3.5.1). */
export class StreamConnection extends PeerConnection {
  readonly #framer: StreamFramer;

  constructor(socket: Socket, listener: Listener, peer: Peer, need: ConnectionNeeds) {
    super(socket, listener, peer, need);
    this.#framer = new StreamFramer({ maxMessage: need.limits.messageSize });
    socket.on('data', (chunk) => this.#take(chunk));
  }

  protected override write(text: string, done: (error?: Error | null) => void): void {
    this.socket.write(text, 'latin1', done);
  }

  #take(chunk: Buffer): void {
    if (this.isEnding) return;
    const events = this.#framer.push(chunk);
    for (const event of events) this.#handle(event);
    if (this.isEnding) return;
    if (events.length > 0) this.progressed();
    this.received(this.#framer.pending > 0);
  }

  #handle(event: FramedEvent): void {
    switch (event.kind) {
      case 'message':
        this.need.receiver.message(event.text, this);
        return;
      case 'ping':
        this.send(PONG);
        return;
      case 'error':
        this.#refuse(event.text, event.reason);
        return;
    }
  }

  /** After a framing error nobody knows where the next message begins: answer once, read no more. */
  #refuse(text: string, reason: string): void {
    this.need.receiver.garbage(text, reason, this);
    // Not destroyed at once: closing over unread octets resets the connection, and the peer might lose the answer.
    this.finish(LINGER);
    this.socket.end();
  }
}
