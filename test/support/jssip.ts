import JsSIP from 'jssip';
import { until } from './until.js';
import { type CallState, installWebSocket, type WebCall, type WebPhone, type WebPhoneOptions } from './web-phone.js';
import { installWebRtc, NO_MEDIA } from './webrtc.js';

installWebSocket();
installWebRtc();

/** What of JsSIP's events is used: its declarations lean on those of browsers, which this project has not. */
interface Response {
  status_code: number;
}

interface Session {
  direction: 'incoming' | 'outgoing';
  on(event: string, happened: (data: { message?: Response | null }) => void): void;
  answer(options: object): void;
  terminate(): void;
}

interface UserAgent {
  start(): void;
  stop(): void;
  unregister(): void;
  isConnected(): boolean;
  call(uri: string, options: object): Session;
  on(event: string, happened: (data: never) => void): void;
}

/** A phone made with JsSIP. */
export class JsSipPhone implements WebPhone {
  registration = 0;
  readonly received: WebCall[] = [];
  readonly #agent: UserAgent;

  constructor(private readonly options: WebPhoneOptions) {
    const { url, user, domain, password, expires = 600 } = options;
    const account = { uri: `sip:${user}@${domain}`, password, register_expires: expires };
    const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], session_timers: false, ...account });
    this.#agent = agent as unknown as UserAgent;
    this.#agent.on('registered', ({ response }: { response: Response }) => {
      this.registration = response.status_code;
    });
    this.#agent.on('registrationFailed', ({ response }: { response: Response | null }) => {
      this.registration = response?.status_code ?? 0;
    });
    this.#agent.on('unregistered', () => {
      this.registration = 0;
    });
    this.#agent.on('newRTCSession', ({ session }: { session: Session }) => {
      if (session.direction === 'incoming') this.received.push(new JsSipCall(session));
    });
    this.#agent.start();
  }

  get user(): string {
    return this.options.user;
  }

  call(uri: string): WebCall {
    return new JsSipCall(this.#agent.call(uri, { mediaStream: NO_MEDIA }));
  }

  async unregister(): Promise<void> {
    this.#agent.unregister();
    await until('JsSIP to be deregistered', () => this.registration === 0);
  }

  async close(): Promise<void> {
    this.#agent.stop();
    await until('JsSIP to disconnect', () => !this.#agent.isConnected());
  }
}

class JsSipCall implements WebCall {
  state: CallState = 'calling';
  status = 0;

  constructor(private readonly session: Session) {
    session.on('progress', () => this.#becomes('ringing'));
    session.on('confirmed', () => this.#becomes('established'));
    session.on('ended', () => this.#becomes('ended'));
    session.on('failed', ({ message }) => {
      this.status = message?.status_code ?? 0;
      this.#becomes('refused');
    });
  }

  #becomes(state: CallState): void {
    this.state = state;
  }

  answer(): void {
    this.session.answer({ mediaStream: NO_MEDIA });
  }

  hangUp(): void {
    this.session.terminate();
  }
}
