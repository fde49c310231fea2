import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { plainAddress } from './address.js';
import type { PeerConnection } from './connection.js';
import { listenOn, StreamListener, type StreamNeeds } from './stream-listener.js';
import type { TlsMaterial } from './tls-material.js';
import { serverOptions, useAgain } from './tls-server.js';
import type { ListenAddress } from './transport.js';
import { WebSocketConnection } from './ws-connection.js';
import { refusalOf, refuse, SUBPROTOCOL, UPGRADE_REQUIRED } from './ws-handshake.js';

/** Octets of one WebSocket message, all fragments together (security.md P18). */
const MAX_PAYLOAD = 65_536;

export interface WebSocketNeeds extends StreamNeeds {
  /** The origins that pages may connect from, in lower case; any when empty. */
  readonly origins: ReadonlySet<string>;
}

/** SIP over WebSocket (RFC 7118), at any path; with material over TLS. Only clients open one (section 3). */
export class WebSocketListener extends StreamListener {
  override readonly opens = false;
  readonly #http: HttpServer | HttpsServer;
  readonly #material: TlsMaterial | undefined;
  readonly #webSockets: WebSocketServer;
  readonly #origins: ReadonlySet<string>;

  /** Listens; a Failure says why that is not possible. `listen.host` is numeric. */
  static async open(listen: ListenAddress, need: WebSocketNeeds, material?: TlsMaterial): Promise<WebSocketListener> {
    const server = await listenOn(listen);
    return new WebSocketListener(server, need, material);
  }

  private constructor(server: Awaited<ReturnType<typeof listenOn>>, need: WebSocketNeeds, material?: TlsMaterial) {
    super(material === undefined ? 'ws' : 'wss', server, need);
    this.#material = material;
    this.#origins = need.origins;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: Math.min(need.limits.messageSize, MAX_PAYLOAD),
      handleProtocols: () => SUBPROTOCOL,
    });
    this.#http = material === undefined ? createHttpServer() : createHttpsServer(serverOptions(material));
    this.#http.on('request', (request, response) => refuse(response.socket ?? request.socket, UPGRADE_REQUIRED));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on('tlsClientError', (error) =>
      need.log.debug({ event: 'transport', listener: this.name, error: error.message }, 'TLS handshake failed'),
    );
  }

  /** Shows what the material has now to those who connect from now on. */
  override reload(): void {
    if (this.#material !== undefined) useAgain(this.#http as HttpsServer, this.#material);
  }

  protected override welcome(socket: Socket): void {
    this.#http.emit('connection', socket);
  }

  protected override dial(): PeerConnection {
    throw new Error('a WebSocket is opened by its client');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = refusalOf(request, this.#origins);
    if (refusal !== undefined) refuse(socket, refusal);
    // What node calls a Duplex here is the Socket or TLSSocket that the request came on.
    else this.#webSockets.handleUpgrade(request, socket, head, (opened) => this.#opened(opened, socket as Socket));
  }

  #opened(webSocket: WebSocket, socket: Socket): void {
    const { remoteAddress, remotePort: port } = socket;
    if (remoteAddress === undefined || port === undefined) {
      socket.destroy();
      return;
    }
    const peer = { address: plainAddress(remoteAddress), port, domain: '' };
    const connection = new WebSocketConnection(webSocket, socket, this, peer, this.need);
    this.adopt(connection, socket).expectMessage(this.need.limits.incomplete);
  }
}
