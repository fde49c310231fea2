import { type Address, type Phone, random } from './phone.js';
import { elementsOf, headerOf, hostPortOf, readSip, type SipText, uriOf } from './sip-text.js';

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

/** Either end of a dialog: it knows the route set and the remote target and writes the requests within it (RFC 3261 12). */
class Dialog {
  protected callId = '';
  protected local = '';
  protected remote = '';
  protected routes: readonly string[] = [];
  protected target = '';
  protected cseq = 1;

  constructor(readonly phone: Phone) {}

  /** Sends a request within the dialog; answers its text. */
  protected within(
    method: string,
    cseq: number,
    headers: readonly (readonly [string, string])[] = [],
    body = '',
  ): string {
    const route = this.routes.map((value) => ['Route', value] as const);
    const dialog = { callId: this.callId, from: this.local, to: this.remote, cseq };
    const text = this.phone.newRequest(method, this.target, { ...dialog, headers: [...route, ...headers], body });
    this.phone.send(text, this.nextHop());
    return text;
  }

  /** UDP goes to the topmost Route; a stream has one other end only. */
  protected nextHop(): Address {
    return hostPortOf(uriOf(this.routes[0] ?? this.target));
  }

  /** Sends a request within the dialog and answers its final response. */
  ask(method: string): Promise<SipText> {
    this.cseq += 1;
    const sent = readSip(this.within(method, this.cseq, [], method === 'INVITE' ? SDP : ''));
    return this.phone.finalResponse(headerOf(sent, 'Call-ID'), headerOf(sent, 'CSeq'));
  }

  bye(): Promise<SipText> {
    return this.ask('BYE');
  }

  /** The ACK for a 2xx to the last INVITE of this end. */
  ack(): void {
    this.within('ACK', this.cseq);
  }

  /** The ACK that must come. */
  acknowledged(): Promise<SipText> {
    return this.phone.receive(
      'the ACK',
      (message) => message.method === 'ACK' && headerOf(message, 'Call-ID') === this.callId,
    );
  }

  /** The next request within the dialog, answered with 200. */
  async answerTo(method: string): Promise<SipText> {
    const request = await this.phone.receive(
      `${method} within the dialog`,
      (message) => message.method === method && headerOf(message, 'Call-ID') === this.callId,
    );
    this.phone.reply(request, 200, 'OK', { body: method === 'INVITE' ? SDP : '' });
    return request;
  }
}

export interface CallOptions {
  headers?: readonly (readonly [name: string, value: string])[];
  from?: string;
  maxForwards?: number;
}

/** A call that a phone makes. */
export class OutgoingCall extends Dialog {
  /** The last INVITE as sent. */
  invite = '';
  readonly #uri: string;
  readonly #options: CallOptions;

  constructor(phone: Phone, to: string, options: CallOptions = {}) {
    super(phone);
    this.#uri = to.startsWith('sip') || to.startsWith('tel:') ? to : `sip:${to}@${phone.options.domain}`;
    this.#options = options;
    this.callId = random();
    this.local = `${options.from ?? `<${phone.addressOfRecord}>`};tag=${random()}`;
    this.remote = `<${this.#uri}>`;
    this.cseq = 0;
  }

  /** Sends the INVITE without credentials. */
  send(): this {
    this.#sendInvite([]);
    return this;
  }

  /** Sends the INVITE, acknowledges the 407 that must come, and sends it again with credentials. */
  async sendAuthenticated(password?: string): Promise<this> {
    this.#sendInvite([]);
    const challenge = await this.response(407);
    this.refused(challenge);
    const credentials = this.phone.credentials(challenge, 'INVITE', this.#uri, password);
    this.#sendInvite([['Proxy-Authorization', credentials]]);
    return this;
  }

  #sendInvite(credentials: readonly (readonly [string, string])[]): void {
    this.cseq += 1;
    const { maxForwards = 70, headers = [] } = this.#options;
    this.invite = this.phone.newRequest('INVITE', this.#uri, {
      callId: this.callId,
      from: this.local,
      to: this.remote,
      cseq: this.cseq,
      headers: [...headers, ...credentials],
      body: SDP,
      maxForwards,
    });
    this.phone.send(this.invite);
  }

  /** The next response of this status to this call's INVITE. */
  response(status: number): Promise<SipText> {
    return this.phone.receive(
      `${status} to the INVITE`,
      (message) => message.status === status && this.#isMine(message),
    );
  }

  /** The final response to the last INVITE; a refusal is acknowledged. */
  async final(): Promise<SipText> {
    const response = await this.phone.finalResponse(this.callId, `${this.cseq} INVITE`);
    if (response.status >= 300) this.refused(response);
    return response;
  }

  #isMine(message: SipText): boolean {
    return headerOf(message, 'Call-ID') === this.callId && headerOf(message, 'CSeq') === `${this.cseq} INVITE`;
  }

  /** The 200 that must come; it gives the dialog its route set, and is acknowledged. */
  async established(): Promise<SipText> {
    const ok = await this.response(200);
    this.remote = headerOf(ok, 'To');
    this.routes = elementsOf(ok, 'Record-Route').reverse();
    this.target = uriOf(headerOf(ok, 'Contact'));
    this.ack();
    return ok;
  }

  /** The ACK of a refusal: same branch, To of the response (RFC 3261 17.1.1.3). */
  refused(response: SipText): void {
    this.phone.send(this.#sameTransaction('ACK', headerOf(response, 'To')));
  }

  /** The CANCEL of the last INVITE (RFC 3261 9.1). */
  cancel(): Promise<SipText> {
    return this.phone.ask(this.#sameTransaction('CANCEL', this.remote));
  }

  #sameTransaction(method: string, to: string): string {
    const branch = /;branch=([^;\r]+)/.exec(this.invite)?.[1] ?? '';
    return this.phone.newRequest(method, this.#uri, {
      branch,
      callId: this.callId,
      from: this.local,
      to,
      cseq: this.cseq,
    });
  }
}

/** A call that reaches a phone. */
export class IncomingCall extends Dialog {
  readonly #tag = random();

  private constructor(
    phone: Phone,
    readonly invite: SipText,
  ) {
    super(phone);
    this.callId = headerOf(invite, 'Call-ID');
    this.local = `${headerOf(invite, 'To')};tag=${this.#tag}`;
    this.remote = headerOf(invite, 'From');
    this.routes = elementsOf(invite, 'Record-Route');
    this.target = uriOf(headerOf(invite, 'Contact'));
  }

  /** The next INVITE that reaches the phone. */
  static async at(phone: Phone): Promise<IncomingCall> {
    return new IncomingCall(phone, await phone.request('INVITE'));
  }

  ring(): void {
    this.phone.reply(this.invite, 180, 'Ringing', { tag: this.#tag });
  }

  answer(): void {
    this.phone.reply(this.invite, 200, 'OK', { tag: this.#tag, body: SDP });
  }

  refuse(status: number, reason: string, headers: readonly (readonly [string, string])[] = []): void {
    this.phone.reply(this.invite, status, reason, { tag: this.#tag, headers });
  }
}
