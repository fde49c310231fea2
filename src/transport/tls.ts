import { X509Certificate } from 'node:crypto';
import type { Socket, Server as TcpServer } from 'node:net';
import { connect, createServer, type PeerCertificate, type Server, type TLSSocket } from 'node:tls';
import { plainAddress } from './address.js';
import type { PeerConnection } from './connection.js';
import { StreamConnection } from './stream-connection.js';
import { listenOn, type Place, StreamListener, type StreamNeeds } from './stream-listener.js';
import { domainToShow, speaksFor } from './tls-identity.js';
import type { TlsMaterial } from './tls-material.js';
import { serverOptions, useAgain } from './tls-server.js';
import type { ListenAddress, Target } from './transport.js';

export interface TlsNeeds extends StreamNeeds {
  readonly material: TlsMaterial;
}

/** SIP over TLS 1.2 and later (RFC 3261 26.3.1, RFC 5922). */
export class TlsListener extends StreamListener {
  readonly #material: TlsMaterial;
  readonly #tls: Server;

  /** Listens; a Failure says why that is not possible. `listen.host` is numeric. */
  static async open(listen: ListenAddress, need: TlsNeeds): Promise<TlsListener> {
    return new TlsListener(await listenOn(listen), need);
  }

  private constructor(server: TcpServer, need: TlsNeeds) {
    super('tls', server, need);
    this.#material = need.material;
    this.#tls = createServer(serverOptions(need.material));
    this.#tls.on('secureConnection', (socket) => this.#secured(socket));
    this.#tls.on('tlsClientError', (error) =>
      need.log.debug({ event: 'transport', listener: this.name, error: error.message }, 'TLS handshake failed'),
    );
  }

  /** Shows what the material has now to those who connect from now on. */
  override reload(): void {
    useAgain(this.#tls, this.#material);
  }

  protected override welcome(socket: Socket): void {
    this.#tls.emit('connection', socket);
  }

  #secured(socket: TLSSocket): void {
    const { remoteAddress, remotePort: port } = socket;
    if (remoteAddress === undefined || port === undefined) {
      socket.destroy();
      return;
    }
    const peer = { address: plainAddress(remoteAddress), port, domain: '' };
    const connection = new StreamConnection(socket, this, peer, this.need);
    this.adopt(connection, socket).expectMessage(this.need.limits.incomplete);
    this.#logSubject(socket, peer.address);
  }

  #logSubject(socket: TLSSocket, source: string): void {
    const subject = socket.getPeerX509Certificate()?.subject;
    if (subject !== undefined)
      this.need.log.debug({ event: 'transport', listener: this.name, source, subject }, 'client certificate accepted');
  }

  protected override dial(target: Target, place: Place): PeerConnection {
    const { address, port } = target;
    const domain = domainToShow(target);
    const socket = connect({
      ...place,
      ...this.#material.main,
      rejectUnauthorized: true,
      // Empty for an address: names only can be asked for (RFC 6066 3).
      servername: domain,
      checkServerIdentity: (_host, certificate) => identityProblem(certificate, domain || address),
    });
    // Not an octet before the peer has shown who it is.
    socket.cork();
    socket.once('secureConnect', () => socket.uncork());
    const connection = new StreamConnection(socket, this, { address, port, domain }, this.need);
    this.limitDialling(socket, 'secureConnect', connection);
    return this.adopt(connection, socket);
  }
}

function identityProblem(certificate: PeerCertificate, domain: string): Error | undefined {
  if (speaksFor(new X509Certificate(certificate.raw), domain)) return undefined;
  return new Error(`the certificate of the peer is not for ${domain}`);
}
