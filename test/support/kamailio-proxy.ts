import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CertificateFiles } from './certificates.js';
import { Child } from './child.js';
import { commandPath } from './peers.mjs';
import { type Address, Phone } from './phone.js';
import { freePort } from './ports.js';
import type { TestServer } from './server.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

const CONFIG = fileURLToPath(new URL('./kamailio-proxy.cfg', import.meta.url));

export interface KamailioOptions {
  /** How it reaches sipctl: host, port and parameters of a URI. */
  server: string;
  /** Its certificate for TLS, and the path of the authority of sipctl's. */
  tls?: CertificateFiles & { readonly authority: string };
  /** Whether it takes WebSockets, on the port of TCP. */
  webSocket?: boolean;
}

/** Debian's Kamailio as a proxy beside sipctl, on UDP and TCP, and more where it is asked for. */
export class KamailioProxy implements Address {
  readonly host = '127.0.0.1';
  readonly #folder = temporaryFolder();
  readonly #child: Child;

  private constructor(
    readonly port: number,
    readonly tlsPort: number,
    domain: string,
    options: KamailioOptions,
  ) {
    const definitions = [
      `LISTEN_UDP=udp:${this.host}:${port}`,
      `LISTEN_TCP=tcp:${this.host}:${port}`,
      `SIPCTL="sip:${options.server}"`,
      `DOMAIN="${domain}"`,
      ...this.#tls(options.tls),
      ...(options.webSocket === true ? ['WITH_WS'] : []),
    ].flatMap((definition) => ['-A', definition]);
    const places = ['-f', CONFIG, '-w', this.#folder, '-Y', this.#folder, '-P', join(this.#folder, 'pid')];
    const command = commandPath('kamailio') ?? 'kamailio';
    this.#child = new Child(command, [...places, '-DD', '-m', '32', '-M', '8', ...definitions]);
  }

  #tls(tls: KamailioOptions['tls']): string[] {
    if (tls === undefined) return [];
    const own = ['method=TLSv1.2+', `certificate=${tls.certificate}`, `private_key=${tls.key}`];
    const lines = [
      ...['[server:default]', ...own, 'verify_certificate=no', 'require_certificate=no'],
      ...['[client:default]', ...own, `ca_list=${tls.authority}`, 'verify_certificate=yes', 'require_certificate=yes'],
    ];
    const path = join(this.#folder, 'tls.cfg');
    writeFileSync(path, `${lines.join('\n')}\n`);
    return ['WITH_TLS', `LISTEN_TLS=tls:${this.host}:${this.tlsPort}`, `TLS_CONFIG="${path}"`];
  }

  /** Starts it and waits until it answers for its own domain. */
  static async start({ domain }: TestServer, options: KamailioOptions): Promise<KamailioProxy> {
    const kamailio = new KamailioProxy(await freePort(), await freePort(), domain, options);
    const phone = await Phone.open({ user: 'probe', domain: `${kamailio.host}:${kamailio.port}`, server: kamailio });
    try {
      await until('Kamailio to answer', () => kamailio.#answers(phone));
    } finally {
      phone.close();
    }
    return kamailio;
  }

  async #answers(phone: Phone): Promise<boolean> {
    if (this.#child.hasEnded) throw new Error(`Kamailio ended at once:\n${this.#child.stderr}`);
    phone.send(phone.newRequest('OPTIONS', phone.addressOfRecord));
    return phone.inbox.some(({ status }) => status === 404);
  }

  /** What it has complained of. */
  get complaints(): string[] {
    return this.#child.stderr.split('\n').filter((line) => /ERROR|CRITICAL|ALERT/.test(line));
  }

  async stop(): Promise<void> {
    await this.#child.end('SIGTERM');
  }
}
