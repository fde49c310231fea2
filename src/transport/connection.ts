import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/clock.js';
import { plainAddress, uriHost } from './address.js';
import type { Connection, Listener, Protocol, Receiver, Source, TransportLimits, TransportLog } from './transport.js';

export interface ConnectionNeeds {
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly log: TransportLog;
}

/** Who is at the other end. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** The domain that its certificate was demanded and found to name; empty for all that have shown no such name. */
  readonly domain: string;
}

// From anywhere, so that the id of a connection of the last run, kept in a database, is hardly that of one of this run;
// with room for a thousand million more below the end of an INT column.
let lastId = randomInt(2 ** 30);

/**
 * One connection, whoever opened it: what TCP, TLS and WebSocket have in common. It ends when the peer is silent, slow
 * or does not read.
 */
export abstract class PeerConnection implements Connection, Source {
  readonly id: number;
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  readonly domain: string;
  protected readonly socket: Socket;
  protected readonly need: ConnectionNeeds;
  /** Nothing is read any more, and what was written last is on its way. */
  #isEnding = false;
  #error: Error | undefined;
  #lastTraffic: number;
  #idle: Timer;
  #incomplete: Timer | undefined;

  constructor(
    socket: Socket,
    readonly listener: Listener,
    peer: Peer,
    need: ConnectionNeeds,
  ) {
    lastId += 1;
    this.id = lastId;
    this.protocol = listener.protocol;
    this.address = peer.address;
    this.port = peer.port;
    this.domain = peer.domain;
    this.socket = socket;
    this.need = need;
    this.#lastTraffic = need.clock.now();
    this.#idle = this.#watchIdle(need.limits.idle);
    socket.setNoDelay(true);
    // A reset or a broken pipe is how peers leave (security.md R10): 'close' follows.
    socket.on('error', (error) => this.note(error));
    socket.on('close', () => this.#closed());
  }

  get localAddress(): string {
    return plainAddress(this.socket.localAddress ?? this.listener.address);
  }

  get connection(): Connection {
    return this;
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#isEnding || !this.socket.writable;
  }

  /** Sends a message; nothing happens when the connection is closed. `failed` is called after `send` has returned. */
  send(text: string, failed?: (error: Error) => void): void {
    if (this.closed) {
      if (failed !== undefined) queueMicrotask(() => failed(this.#error ?? new Error('the connection is closed')));
      return;
    }
    this.#lastTraffic = this.need.clock.now();
    this.write(text, (error) => {
      if (error && failed !== undefined) failed(this.#error ?? error);
    });
    this.demandReader();
  }

  /** Ends the connection now; what is unsent fails with `why`. */
  destroy(why: string): void {
    this.note(new Error(why));
    this.socket.destroy();
  }

  /** Ends the connection because the server does. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('close', () => resolve());
      this.destroy('the server is closing');
    });
  }

  /** Gives the peer `delay` milliseconds to complete a message, from now. */
  expectMessage(delay: number): void {
    this.#incomplete?.cancel();
    this.#incomplete = this.need.clock.after(delay, () => this.destroy('the peer did not complete a message'));
  }

  /** Hands octets of latin1 to the socket. `done` is called after `write` has returned. */
  protected abstract write(text: string, done: (error?: Error | null) => void): void;

  /** Octets have come; `isWithin` when they end inside a message, the first of them starting the time it may take. */
  protected received(isWithin: boolean): void {
    this.#lastTraffic = this.need.clock.now();
    if (isWithin && this.#incomplete === undefined) this.expectMessage(this.need.limits.incomplete);
  }

  /** A message is complete. */
  protected progressed(): void {
    this.#incomplete?.cancel();
    this.#incomplete = undefined;
  }

  /** Reads no more, and tears the connection down after `linger` milliseconds at the latest. */
  protected finish(linger: number): void {
    this.#isEnding = true;
    this.expectMessage(linger);
  }

  protected get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The first reason of the end is the one that counts. */
  protected note(error: Error): void {
    this.#error ??= error;
  }

  /** A peer that makes us answer and takes no answers must not fill the memory. */
  protected demandReader(): void {
    if (this.socket.writableLength > this.need.limits.unsent) this.destroy('the peer does not read');
  }

  /** One timer that is set again for what is left, instead of one per message. */
  #watchIdle(delay: number): Timer {
    return this.need.clock.after(delay, () => {
      const left = this.#lastTraffic + this.need.limits.idle - this.need.clock.now();
      if (left > 0) this.#idle = this.#watchIdle(left);
      else this.destroy('the connection was idle');
    });
  }

  #closed(): void {
    this.#idle.cancel();
    this.#incomplete?.cancel();
    if (this.#error === undefined) return;
    const peer = `${uriHost(this.address)}:${this.port}`;
    this.need.log.debug(
      { event: 'transport', listener: this.listener.name, peer, error: this.#error.message },
      'connection closed',
    );
  }
}
