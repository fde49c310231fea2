import { connect, type Socket } from 'node:net';
import type { PeerConnection } from './connection.js';
import { StreamConnection } from './stream-connection.js';
import { listenOn, type Place, StreamListener, type StreamNeeds } from './stream-listener.js';
import type { ListenAddress, Target } from './transport.js';

/** SIP over TCP (RFC 3261 18). */
export class TcpListener extends StreamListener {
  /** Listens; a Failure says why that is not possible. `listen.host` is numeric. */
  static async open(listen: ListenAddress, need: StreamNeeds): Promise<TcpListener> {
    return new TcpListener('tcp', await listenOn(listen), need);
  }

  protected override welcome(socket: Socket, address: string, port: number): void {
    const connection = new StreamConnection(socket, this, { address, port, domain: '' }, this.need);
    this.adopt(connection, socket).expectMessage(this.need.limits.incomplete);
  }

  protected override dial({ address, port }: Target, place: Place): PeerConnection {
    const socket = connect(place);
    const connection = new StreamConnection(socket, this, { address, port, domain: '' }, this.need);
    this.limitDialling(socket, 'connect', connection);
    return this.adopt(connection, socket);
  }
}
