import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { passwordOf } from './cast.js';
import { Child } from './child.js';
import type { TestServer } from './server.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

export interface LinphoneOptions {
  user: string;
  password?: string;
  transport?: 'udp' | 'tcp';
  /** Seconds a registration is asked for; it registers again when nine tenths of them have gone by. */
  expires?: number;
}

/** The softphone linphonec with a configuration of its own, driven by its console; files take the place of a sound card. */
export class Linphone {
  readonly #child: Child;
  /** How much of the screen `screen` has taken. */
  #read = 0;

  private constructor(folder: string) {
    const environment = { PATH: process.env.PATH, HOME: folder };
    const args = ['-c', join(folder, 'linphonerc')];
    this.#child = new Child('linphonec', args, { env: environment, cwd: folder, interactive: true });
  }

  /** Starts it; it registers by itself. */
  static async start(server: TestServer, options: LinphoneOptions): Promise<Linphone> {
    const phone = new Linphone(writeConfiguration(server, options));
    phone.command('soundcard use files');
    await phone.screen(/Using wav files/);
    return phone;
  }

  command(line: string): void {
    this.#child.type(line);
  }

  /** Waits for text on its screen, after what was waited for before. */
  async screen(pattern: RegExp): Promise<RegExpExecArray> {
    const found = await until(
      () => `${pattern} in:\n${this.#child.stdout}\n${this.#child.stderr}`,
      () => {
        if (this.#child.hasEnded) throw new Error(`linphonec has ended:\n${this.#child.stdout}${this.#child.stderr}`);
        return pattern.exec(this.#child.stdout.slice(this.#read)) ?? undefined;
      },
    );
    this.#read += found.index + found[0].length;
    return found;
  }

  /** What it says of its own registration. */
  async registered(): Promise<boolean> {
    this.command('status registered');
    const [, state] = await this.screen(/\n(registered, identity|registered=-?\d)/);
    return state === 'registered, identity';
  }

  /** Waits until it says that it is registered. */
  async registration(): Promise<void> {
    await until('linphonec to register', () => this.registered());
  }

  /** It takes its registration back and ends. */
  async quit(): Promise<void> {
    this.command('quit');
    await this.#child.ended;
  }
}

function writeConfiguration(server: TestServer, options: LinphoneOptions): string {
  const { user, password = passwordOf(user), transport = 'udp', expires = 600 } = options;
  const folder = temporaryFolder();
  const proxy = `<sip:${server.host}:${server.port};transport=${transport}`;
  const lines = [
    // -1 is a port of the system's choice.
    ...['[sip]', 'sip_port=-1', 'sip_tcp_port=-1', 'sip_tls_port=0', 'use_ipv6=0', 'default_proxy=0'],
    ...['[rtp]', 'audio_rtp_port=-1'],
    ...[
      '[auth_info_0]',
      `username=${user}`,
      `passwd=${password}`,
      `realm="${server.domain}"`,
      `domain=${server.domain}`,
    ],
    ...['[proxy_0]', `reg_identity=sip:${user}@${server.domain}`, `reg_proxy=${proxy}>`, `reg_route=${proxy};lr>`],
    ...[`reg_expires=${expires}`, 'reg_sendregister=1', 'publish=0'],
  ];
  writeFileSync(join(folder, 'linphonerc'), `${lines.join('\n')}\n`);
  // It makes its database there but not the folder, and without the database it opens no socket.
  mkdirSync(join(folder, '.local', 'share', 'linphone'), { recursive: true });
  return folder;
}
