import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from './phone.js';

/** A UDP relay in front of the server for one client at a time: it gives the requests another User-Agent and changes nothing else. */
export class Disguise {
  readonly #inside = createSocket('udp4');
  readonly #outside = createSocket('udp4');
  #client: Address | undefined;

  private constructor() {}

  static async open(server: Address, userAgent: string): Promise<Disguise> {
    const disguise = new Disguise();
    await Promise.all([disguise.#bind(disguise.#inside), disguise.#bind(disguise.#outside)]);
    disguise.#inside.on('message', (bytes, { address, port }) => {
      disguise.#client = { host: address, port };
      const request = bytes.toString('latin1').replace(/^User-Agent:.*$/im, `User-Agent: ${userAgent}`);
      disguise.#outside.send(Buffer.from(request, 'latin1'), server.port, server.host);
    });
    disguise.#outside.on('message', (bytes) => {
      if (disguise.#client !== undefined) disguise.#inside.send(bytes, disguise.#client.port, disguise.#client.host);
    });
    return disguise;
  }

  async #bind(socket: Socket): Promise<void> {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }

  /** Where the client sends to. */
  get port(): number {
    return this.#inside.address().port;
  }

  close(): void {
    this.#inside.close();
    this.#outside.close();
  }
}
