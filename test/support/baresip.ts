import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { passwordOf } from './cast.js';
import { Child } from './child.js';
import { freePort } from './ports.js';
import type { TestServer } from './server.js';
import { temporaryFolder } from './temp.js';
import { until } from './until.js';

export interface BaresipOptions {
  user: string;
  password?: string;
  transport?: 'udp' | 'tcp';
}

/** RTP packets of a call, as baresip counts them at its end. */
export interface RtpPackets {
  sent: number;
  received: number;
}

/** The softphone baresip with a configuration of its own. It plays a tone, and answers every call at once. */
export class Baresip {
  readonly #child: Child;
  readonly #events: { type: string; param: string }[] = [];
  #control: Socket | undefined;
  #unread = '';

  private constructor(
    folder: string,
    private readonly controlPort: number,
  ) {
    this.#child = new Child('baresip', ['-4', '-f', folder]);
  }

  /** Starts it; it registers by itself. */
  static async start(server: TestServer, options: BaresipOptions): Promise<Baresip> {
    const port = await freePort();
    const phone = new Baresip(writeConfiguration(server, options, port), port);
    await phone.#connect();
    return phone;
  }

  async #connect(): Promise<void> {
    this.#control = await until('the control port of baresip', async () => {
      if (this.#child.hasEnded) throw new Error(`baresip ended at once:\n${this.output}`);
      const socket = connect(this.controlPort, '127.0.0.1');
      const connected = await once(socket, 'connect').catch(() => undefined);
      return connected === undefined ? undefined : socket;
    });
    this.#control.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  /** Netstrings: the length, a colon, that many bytes, a comma. */
  #read(text: string): void {
    this.#unread += text;
    for (;;) {
      const colon = this.#unread.indexOf(':');
      const end = colon + 1 + Number(this.#unread.slice(0, colon));
      if (colon < 0 || this.#unread.length <= end) return;
      const message = JSON.parse(this.#unread.slice(colon + 1, end));
      if (message.event === true) this.#events.push(message);
      this.#unread = this.#unread.slice(end + 1);
    }
  }

  command(command: string, params = ''): void {
    const message = JSON.stringify({ command, params });
    this.#control?.write(`${message.length}:${message},`);
  }

  /** Waits for an event such as CALL_ESTABLISHED; each is taken once. */
  async event(type: string): Promise<string> {
    const found = await until(
      () => `${type} in:\n${this.output}`,
      () => this.#events.find((event) => event.type === type),
    );
    this.#events.splice(this.#events.indexOf(found), 1);
    return found.param;
  }

  get output(): string {
    return this.#child.stdout + this.#child.stderr;
  }

  /** Waits for text on its screen. */
  screen(pattern: RegExp): Promise<RegExpExecArray> {
    return until(
      () => `${pattern} in:
${this.output}`,
      () => pattern.exec(this.output) ?? undefined,
    );
  }

  /** What it sums up when a call has ended. */
  async packets(): Promise<RtpPackets> {
    const line = await until(
      'the statistics of the call',
      () => /packets: +(\d+) +(\d+)/.exec(this.output) ?? undefined,
    );
    return { sent: Number(line[1]), received: Number(line[2]) };
  }

  async quit(): Promise<void> {
    this.command('quit');
    await this.#child.ended;
  }
}

function writeConfiguration(server: TestServer, options: BaresipOptions, controlPort: number): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const { user, password = passwordOf(user), transport = 'udp' } = options;
  const tone = join(folder, 'tone.wav');
  const config = [
    'sip_listen 127.0.0.1:0',
    'net_interface 127.0.0.1',
    `audio_source aufile,${tone}`,
    `audio_player aubridge,${user}`,
    'audio_alert aubridge,alert',
    'rtp_stats yes',
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    'module aufile.so',
    'module aubridge.so',
    'module_app account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
  ];
  const outbound = `outbound="sip:${server.host}:${server.port};transport=${transport}"`;
  const account = `<sip:${user}@${server.domain}>;auth_pass=${password};${outbound};answermode=auto;regint=600;audio_codecs=PCMU`;
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
  writeFileSync(join(folder, 'accounts'), `${account}\n`);
  writeFileSync(join(folder, 'contacts'), '');
  writeFileSync(tone, toneOf(60));
  return folder;
}

const RATE = 8000;
const PITCH = 440;

/** A WAV file with a sine: 8000 Hz, 16 bits, mono. */
function toneOf(seconds: number): Buffer {
  const samples = Int16Array.from(
    { length: RATE * seconds },
    (_, i) => 8000 * Math.sin((2 * Math.PI * PITCH * i) / RATE),
  );
  const data = Buffer.from(samples.buffer);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}
