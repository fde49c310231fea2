import { type Invitation, Inviter, Registerer, RegistererState, type Session, SessionState, UserAgent } from 'sip.js';
import { until } from './until.js';
import {
  type CallState,
  installWebSocket,
  SDP,
  type WebCall,
  type WebPhone,
  type WebPhoneOptions,
} from './web-phone.js';

installWebSocket();

function uriOf(text: string) {
  const uri = UserAgent.makeURI(text);
  if (uri === undefined) throw new Error(`SIP.js does not read ${text}`);
  return uri;
}

/** Describes a session and carries no media. */
const sessionDescriptionHandlerFactory = () => ({
  close: () => undefined,
  getDescription: async () => ({ body: SDP, contentType: 'application/sdp' }),
  hasDescription: (contentType: string) => contentType === 'application/sdp',
  setDescription: async (sdp: string) => {
    if (!sdp.startsWith('v=0')) throw new Error('no session description');
  },
  sendDtmf: () => false,
});

/** A phone made with SIP.js. */
export class SipJsPhone implements WebPhone {
  registration = 0;
  readonly received: WebCall[] = [];
  readonly #agent: UserAgent;
  readonly #registerer: Registerer;

  constructor(private readonly options: WebPhoneOptions) {
    const { url, user, domain, password, expires = 600 } = options;
    this.#agent = new UserAgent({
      uri: uriOf(`sip:${user}@${domain}`),
      authorizationUsername: user,
      authorizationPassword: password,
      transportOptions: { server: url },
      sessionDescriptionHandlerFactory,
      gracefulShutdown: false,
      logBuiltinEnabled: false,
      delegate: {
        onInvite: (invitation) => {
          this.received.push(new SipJsCall(invitation));
        },
      },
    });
    this.#registerer = new Registerer(this.#agent, { expires, refreshFrequency: 50 });
    this.#registerer.stateChange.addListener((state) => {
      if (state === RegistererState.Unregistered) this.registration = 0;
    });
    // What fails here shows itself by what a test then waits for in vain.
    this.#start().catch((error: unknown) => console.error(error));
  }

  async #start(): Promise<void> {
    await this.#agent.start();
    await this.#registerer.register({
      requestDelegate: {
        onAccept: ({ message }) => this.#answered(message.statusCode),
        onReject: ({ message }) => this.#answered(message.statusCode),
      },
    });
  }

  #answered(status: number | undefined): void {
    this.registration = status ?? 0;
  }

  get user(): string {
    return this.options.user;
  }

  call(uri: string): WebCall {
    return SipJsCall.start(new Inviter(this.#agent, uriOf(uri)));
  }

  async unregister(): Promise<void> {
    await this.#registerer.unregister();
    await until('SIP.js to be deregistered', () => this.#registerer.state === RegistererState.Unregistered);
  }

  async close(): Promise<void> {
    await this.#agent.stop();
  }
}

class SipJsCall implements WebCall {
  state: CallState = 'calling';
  status = 0;

  constructor(private readonly session: Session) {
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) this.state = 'established';
      if (state === SessionState.Terminated) this.state = this.state === 'established' ? 'ended' : 'refused';
    });
  }

  static start(inviter: Inviter): SipJsCall {
    const call = new SipJsCall(inviter);
    const requestDelegate = {
      onProgress: () => {
        call.state = 'ringing';
      },
      onReject: ({ message }: { message: { statusCode?: number | undefined } }) => {
        call.status = message.statusCode ?? 0;
      },
    };
    inviter.invite({ requestDelegate }).catch((error: unknown) => console.error(error));
    return call;
  }

  answer(): void {
    (this.session as Invitation).accept().catch((error: unknown) => console.error(error));
  }

  hangUp(): void {
    this.#end().catch((error: unknown) => console.error(error));
  }

  #end(): Promise<unknown> {
    if (this.state === 'established') return this.session.bye();
    return this.session instanceof Inviter ? this.session.cancel() : (this.session as Invitation).reject();
  }
}
