import type { Socket } from 'node:net';
import { type FramedEvent, StreamFramer } from '../sip/framing.js';
import type { Clock, Timer } from '../util/clock.js';
import { plainAddress, uriHost } from './address.js';
import type { Connection, Listener, Receiver, Source, TransportLimits, TransportLog } from './transport.js';

/** How long a peer has to read the answer to its garbage before the connection is torn down. */
const LINGER = 2000;
const PONG = '\r\n';

export interface ConnectionNeeds {
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly log: TransportLog;
}

/**
 * One TCP connection, whoever opened it: frames what arrives (RFC 3261 18.3), answers keep-alive pings (RFC 5626
 * 3.5.1) and ends when the peer is silent, slow or does not read.
 */
export class TcpConnection implements Connection, Source {
  readonly protocol = 'tcp';
  readonly #framer: StreamFramer;
  readonly #socket: Socket;
  readonly #need: ConnectionNeeds;
  #error: Error | undefined;
  #isDraining = false;
  #lastTraffic: number;
  #idle: Timer;
  #incomplete: Timer | undefined;

  constructor(
    socket: Socket,
    readonly listener: Listener,
    readonly address: string,
    readonly port: number,
    need: ConnectionNeeds,
  ) {
    this.#socket = socket;
    this.#need = need;
    this.#framer = new StreamFramer({ maxMessage: need.limits.messageSize });
    this.#lastTraffic = need.clock.now();
    this.#idle = this.#watchIdle(need.limits.idle);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#received(chunk));
    // A reset or a broken pipe is how peers leave (security.md R10): 'close' follows.
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#closed());
  }

  get localAddress(): string {
    return plainAddress(this.#socket.localAddress ?? this.listener.address);
  }

  get connection(): Connection {
    return this;
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#isDraining || !this.#socket.writable;
  }

  /** Sends a message; nothing happens when the connection is closed. `failed` is called after `send` has returned. */
  send(text: string, failed?: (error: Error) => void): void {
    if (this.closed) {
      if (failed !== undefined) queueMicrotask(() => failed(this.#error ?? new Error('the connection is closed')));
      return;
    }
    this.#lastTraffic = this.#need.clock.now();
    this.#socket.write(text, 'latin1', (error) => {
      if (error && failed !== undefined) failed(this.#error ?? error);
    });
    if (this.#socket.writableLength > this.#need.limits.unsent) this.destroy('the peer does not read');
  }

  /** Ends the connection now; what is unsent fails with `why`. */
  destroy(why: string): void {
    this.#error ??= new Error(why);
    this.#socket.destroy();
  }

  /** Ends the connection because the server does. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.destroy('the server is closing');
    });
  }

  /** Gives the peer `delay` milliseconds to complete a message, from now. */
  expectMessage(delay: number): void {
    this.#incomplete?.cancel();
    this.#incomplete = this.#need.clock.after(delay, () => this.destroy('the peer did not complete a message'));
  }

  #received(chunk: Buffer): void {
    if (this.#isDraining) return;
    this.#lastTraffic = this.#need.clock.now();
    const events = this.#framer.push(chunk);
    for (const event of events) this.#handle(event);
    if (!this.#isDraining) this.#watchIncomplete(events.length > 0);
  }

  #handle(event: FramedEvent): void {
    switch (event.kind) {
      case 'message':
        this.#need.receiver.message(event.text, this);
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
    this.#need.receiver.garbage(text, reason, this);
    this.#isDraining = true;
    // Not destroyed at once: closing over unread octets resets the connection, and the peer might lose the answer.
    this.#socket.end();
    this.expectMessage(LINGER);
  }

  #watchIncomplete(hasProgress: boolean): void {
    if (hasProgress) {
      this.#incomplete?.cancel();
      this.#incomplete = undefined;
    }
    const isWaiting = this.#framer.pending > 0;
    if (isWaiting && this.#incomplete === undefined) this.expectMessage(this.#need.limits.incomplete);
  }

  /** One timer that is set again for what is left, instead of one per message. */
  #watchIdle(delay: number): Timer {
    return this.#need.clock.after(delay, () => {
      const left = this.#lastTraffic + this.#need.limits.idle - this.#need.clock.now();
      if (left > 0) this.#idle = this.#watchIdle(left);
      else this.destroy('the connection was idle');
    });
  }

  #closed(): void {
    this.#idle.cancel();
    this.#incomplete?.cancel();
    if (this.#error === undefined) return;
    const peer = `${uriHost(this.address)}:${this.port}`;
    this.#need.log.debug(
      { event: 'transport', listener: this.listener.name, peer, error: this.#error.message },
      'connection closed',
    );
  }
}
