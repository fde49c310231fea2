import { WebSocket } from 'ws';
import { until } from './until.js';

/** A phone of the web as the tests use it, whatever library it is made with. */
export interface WebPhone {
  readonly user: string;
  /** The status of the last answer to REGISTER; 0 before the first one and after a deregistration. */
  readonly registration: number;
  call(uri: string): WebCall;
  /** The calls that have reached it. */
  readonly received: readonly WebCall[];
  unregister(): Promise<void>;
  /** Closes its WebSocket. */
  close(): Promise<void>;
}

/** `refused` has the status of the final response in `WebCall.status`. */
export type CallState = 'calling' | 'ringing' | 'established' | 'refused' | 'ended';

export interface WebCall {
  readonly state: CallState;
  readonly status: number;
  answer(): void;
  /** BYE, CANCEL or a refusal, whichever it takes. */
  hangUp(): void;
}

export interface WebPhoneOptions {
  url: string;
  user: string;
  domain: string;
  password: string;
  /** Seconds of a registration; it registers again before they have gone by. */
  expires?: number;
}

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

let authority: string | undefined;

/** Trusts the certificates of an authority, PEM, as the owner of a browser can. */
export function trust(pem: string): void {
  authority = pem;
}

class BrowserSocket extends WebSocket {
  constructor(url: string, protocols: string) {
    super(url, protocols, authority === undefined ? {} : { ca: authority });
  }
}

/** The WebSocket of browsers, which both libraries take from the global object. */
export function installWebSocket(): void {
  Object.assign(globalThis, { WebSocket: BrowserSocket });
}

/** Waits until a call is in a state. */
export async function reaches(call: WebCall, state: CallState): Promise<WebCall> {
  await until(
    () => `a call to be ${state}; it is ${call.state} ${call.status}`,
    () => call.state === state,
  );
  return call;
}

/** The call that a phone receives after `count` others. */
export function nextCall(phone: WebPhone, count = 0): Promise<WebCall> {
  return until(`a call to reach ${phone.user}`, () => phone.received[count]);
}
