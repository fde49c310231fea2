import { randomBytes } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { digestAnswer } from './digest-answer.js';
import { headerOf, headersOf, readSip, type SipText } from './sip-text.js';
import { PATIENCE } from './until.js';

export interface Address {
  host: string;
  port: number;
}

export interface PhoneOptions {
  user: string;
  password?: string;
  domain: string;
  server: Address;
  transport?: 'udp' | 'tcp';
  /** The loopback address to send from; the server sees it as the source. */
  host?: string;
}

export interface RequestParts {
  callId?: string;
  cseq?: number;
  branch?: string;
  /** From and To, whole values with their tags. */
  from?: string;
  to?: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string;
  maxForwards?: number;
}

export const random = (): string => randomBytes(6).toString('hex');

interface Waiter {
  test: (message: SipText) => boolean;
  take: (message: SipText) => void;
  giveUp: (reason: Error) => void;
}

/**
 * A SIP user agent in a few lines: it writes exactly the text that a test asks for and keeps what arrives until a test takes
 * it. It sends nothing by itself, no retransmission, no automatic answer.
 */
export class Phone {
  readonly transport: 'udp' | 'tcp';
  /** Where it listens; known once it is open. */
  host = '';
  port = 0;
  /** All that has arrived and was not taken yet, oldest first. */
  readonly inbox: SipText[] = [];
  readonly #waiters = new Set<Waiter>();
  #udp: UdpSocket | undefined;
  #tcp: TcpSocket | undefined;
  #stream = '';

  private constructor(readonly options: PhoneOptions) {
    this.transport = options.transport ?? 'udp';
  }

  static async open(options: PhoneOptions): Promise<Phone> {
    const phone = new Phone(options);
    const host = options.host ?? options.server.host;
    await (phone.transport === 'udp' ? phone.#openUdp(host) : phone.#openTcp(host));
    return phone;
  }

  async #openUdp(host: string): Promise<void> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    this.#udp = socket;
    socket.on('message', (bytes) => this.#arrived(bytes.toString('latin1')));
    socket.bind(0, host);
    await once(socket, 'listening');
    this.host = host;
    this.port = socket.address().port;
  }

  async #openTcp(host: string): Promise<void> {
    const socket = connect({ ...this.options.server, localAddress: host });
    this.#tcp = socket;
    socket.on('data', (bytes) => this.#streamed(bytes.toString('latin1')));
    // What a test waits for then does not arrive, and that is what it reports.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.host = host;
    this.port = socket.localPort ?? 0;
  }

  #streamed(text: string): void {
    this.#stream += text;
    for (;;) {
      const end = this.#stream.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im.exec(this.#stream.slice(0, end));
      const total = end + 4 + Number(length?.[1] ?? 0);
      if (this.#stream.length < total) return;
      this.#arrived(this.#stream.slice(0, total));
      this.#stream = this.#stream.slice(total);
    }
  }

  #arrived(text: string): void {
    const message = readSip(text);
    const waiter = [...this.#waiters].find((known) => known.test(message));
    if (waiter === undefined) this.inbox.push(message);
    else {
      this.#waiters.delete(waiter);
      waiter.take(message);
    }
  }

  /** Takes the oldest message that passes the test, waiting for it when it is not there yet. */
  receive(what: string, test: (message: SipText) => boolean): Promise<SipText> {
    const index = this.inbox.findIndex(test);
    const [found] = index < 0 ? [] : this.inbox.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter, `waited in vain for ${what}`), PATIENCE);
      const waiter: Waiter = {
        test,
        take: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        giveUp: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  #giveUp(waiter: Waiter, why: string): void {
    this.#waiters.delete(waiter);
    const others = this.inbox.map((message) => message.text).join('---\n');
    waiter.giveUp(new Error(`${this.options.user} ${why}; not taken:\n${others}`));
  }

  /** Ends every wait of this phone with a rejection: what was waited for can not come any more. */
  abandon(): void {
    for (const waiter of this.#waiters) this.#giveUp(waiter, 'stopped waiting');
  }

  /** The next request of this method. */
  request(method: string): Promise<SipText> {
    return this.receive(`a ${method}`, (message) => message.method === method);
  }

  /** The next response of this status to a request of this method. */
  response(status: number, method: string): Promise<SipText> {
    return this.receive(
      `${status} to ${method}`,
      (message) => message.status === status && headerOf(message, 'CSeq').endsWith(` ${method}`),
    );
  }

  /** The next final response to the request with this Call-ID and CSeq. */
  finalResponse(callId: string, cseq: string): Promise<SipText> {
    return this.receive(
      `the final response to ${cseq}`,
      (message) =>
        message.status >= 200 && headerOf(message, 'Call-ID') === callId && headerOf(message, 'CSeq') === cseq,
    );
  }

  /** Sends text as it stands, to the server or, by UDP only, to somebody else. */
  send(text: string | Buffer, to: Address = this.options.server): void {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    if (this.#udp !== undefined) this.#udp.send(bytes, to.port, to.host);
    else this.#tcp?.write(bytes);
  }

  get hostPort(): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  get contactUri(): string {
    const transport = this.transport === 'tcp' ? ';transport=tcp' : '';
    return `sip:${this.options.user}@${this.hostPort}${transport}`;
  }

  get addressOfRecord(): string {
    return `sip:${this.options.user}@${this.options.domain}`;
  }

  /** The text of a request of this phone, complete but for credentials. */
  newRequest(method: string, uri: string, parts: RequestParts = {}): string {
    const via = `SIP/2.0/${this.transport.toUpperCase()} ${this.hostPort};branch=${parts.branch ?? `z9hG4bK${random()}`};rport`;
    const body = parts.body ?? '';
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: ${via}`,
      `Max-Forwards: ${parts.maxForwards ?? 70}`,
      `From: ${parts.from ?? `<${this.addressOfRecord}>;tag=${random()}`}`,
      `To: ${parts.to ?? `<${uri}>`}`,
      `Call-ID: ${parts.callId ?? random()}`,
      `CSeq: ${parts.cseq ?? 1} ${method}`,
      `Contact: <${this.contactUri}>`,
      ...(parts.headers ?? []).map(([name, value]) => `${name}: ${value}`),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  /** Sends a request and answers its final response. */
  async ask(text: string): Promise<SipText> {
    this.send(text);
    const sent = readSip(text);
    return this.finalResponse(headerOf(sent, 'Call-ID'), headerOf(sent, 'CSeq'));
  }

  /** REGISTER, the challenge, REGISTER with credentials; answers the last response. */
  async register(options: RegisterOptions = {}): Promise<SipText> {
    const { headers = [], contact = `<${this.contactUri}>`, expires = 600, to = this.addressOfRecord } = options;
    const parts = {
      callId: options.callId ?? random(),
      cseq: options.cseq ?? 1,
      from: `<${this.addressOfRecord}>;tag=${random()}`,
      to: `<${to}>`,
    };
    const uri = `sip:${this.options.domain}`;
    const text = (cseq: number, more: readonly (readonly [string, string])[]) => {
      const all = [['Expires', String(expires)] as const, ...headers, ...more];
      const request = this.newRequest('REGISTER', uri, { ...parts, cseq, headers: all });
      return request.replace(`Contact: <${this.contactUri}>\r\n`, contact === '' ? '' : `Contact: ${contact}\r\n`);
    };
    const challenge = await this.ask(text(parts.cseq, []));
    if (challenge.status !== 401) return challenge;
    const answer = this.credentials(challenge, 'REGISTER', uri, options.password);
    return this.ask(text(parts.cseq + 1, [['Authorization', answer]]));
  }

  /** The answer to the first challenge of a 401 or 407. */
  credentials(challenge: SipText, method: string, uri: string, password = this.options.password ?? ''): string {
    const [value = ''] = [...headersOf(challenge, 'WWW-Authenticate'), ...headersOf(challenge, 'Proxy-Authenticate')];
    return digestAnswer({ challenge: value, method, uri, user: this.options.user, password });
  }

  /** An answer to a request, with all that RFC 3261 8.2.6.2 has copied; a tag makes it part of a dialog. */
  reply(request: SipText, status: number, reason: string, parts: ReplyParts = {}): void {
    const copied = request.headers.filter(([name]) => /^(via|from|to|call-id|cseq|record-route)$/i.test(name));
    const body = parts.body ?? '';
    const lines = copied.map(([name, value]) => {
      const tagged = /^to$/i.test(name) && parts.tag !== undefined && !value.includes(';tag=');
      return `${name}: ${value}${tagged ? `;tag=${parts.tag}` : ''}`;
    });
    const more = (parts.headers ?? []).map(([name, value]) => `${name}: ${value}`);
    const type = body === '' ? [] : ['Content-Type: application/sdp'];
    const all = [`SIP/2.0 ${status} ${reason}`, ...lines, `Contact: <${this.contactUri}>`, ...more, ...type];
    this.send([...all, `Content-Length: ${body.length}`, '', body].join('\r\n'));
  }

  /** Asks the server for a sign of life. What the server sent to this phone before has then arrived: it came on the same way. */
  async settle(): Promise<void> {
    const answer = await this.ask(this.newRequest('OPTIONS', `sip:${this.options.domain}`));
    if (answer.status !== 200) throw new Error(`the server answered OPTIONS with ${answer.startLine}`);
  }

  /** Whether the server has closed the connection. */
  get isClosed(): boolean {
    return this.#tcp?.closed ?? false;
  }

  close(): void {
    this.#udp?.close();
    this.#tcp?.destroy();
  }
}

export interface RegisterOptions {
  /** Another password than the phone's own. */
  password?: string;
  /** The whole value of Contact; '' for none. */
  contact?: string;
  expires?: number;
  callId?: string;
  cseq?: number;
  to?: string;
  headers?: readonly (readonly [name: string, value: string])[];
}

export interface ReplyParts {
  tag?: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string;
}
