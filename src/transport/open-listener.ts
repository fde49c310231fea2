import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Failure } from '../errors.js';
import { listenFailure, listenName } from './listen-address.js';
import type { StreamListener, StreamNeeds } from './stream-listener.js';
import { TcpListener } from './tcp.js';
import type { MaterialNeeds, TlsMaterial, TlsOptions } from './tls-material.js';
import type { ListenAddress } from './transport.js';
import { UdpListener, type UdpNeeds } from './udp.js';

export type SocketListener = UdpListener | StreamListener;

export type ListenNeeds = UdpNeeds & StreamNeeds & { readonly origins: ReadonlySet<string> };

/** What TLS and WebSocket need is loaded when one of them is listened with. */
export async function openListener(
  listen: ListenAddress,
  need: ListenNeeds,
  secrets: Secrets,
): Promise<SocketListener> {
  const host = isIP(listen.host) === 0 ? await addressOfName(listen) : listen.host;
  const numeric = { ...listen, host };
  switch (listen.protocol) {
    case 'udp':
      return UdpListener.open(numeric, need);
    case 'tcp':
      return TcpListener.open(numeric, need);
    case 'tls': {
      const { TlsListener } = await import('./tls.js');
      return TlsListener.open(numeric, { ...need, material: await secrets.demand(listen) });
    }
    default: {
      const { WebSocketListener } = await import('./ws.js');
      const material = listen.protocol === 'wss' ? await secrets.demand(listen) : undefined;
      return WebSocketListener.open(numeric, need, material);
    }
  }
}

/** The certificates, read when the first listener needs them. */
export class Secrets {
  #material: TlsMaterial | undefined;

  constructor(
    readonly options: TlsOptions | undefined,
    readonly need: MaterialNeeds,
  ) {}

  /** A Failure says that there is no certificate and how to get one: none is ever made up. */
  async demand(listen: ListenAddress): Promise<TlsMaterial> {
    const { TlsMaterial, HOW_TO_MAKE_ONE } = await import('./tls-material.js');
    const name = listenName(listen.protocol, listen.host, listen.port);
    if (this.options === undefined || this.options.certificates.length === 0)
      throw new Failure('CONFIG', `${name} needs a certificate`, HOW_TO_MAKE_ONE);
    this.#material ??= await TlsMaterial.load(this.options, this.need);
    return this.#material;
  }

  async reload(): Promise<void> {
    await this.#material?.reload();
  }
}

async function addressOfName(listen: ListenAddress): Promise<string> {
  try {
    return (await lookup(listen.host)).address;
  } catch (error) {
    throw listenFailure(listen, error as NodeJS.ErrnoException);
  }
}
