import { Failure } from '../errors.js';
import { branchWith } from '../proxy/loop.js';
import type { Sending } from '../proxy/relay.js';
import { reasonPhrase } from '../sip/build.js';
import { SipRequest } from '../sip/message.js';
import { parseMessage } from '../sip/parse.js';
import { newTag } from '../sip/tokens.js';
import { parseUri, type SipUri } from '../sip/uri.js';
import type { ClientTransactions } from '../transaction/client.js';
import type { Target } from '../transport/transport.js';
import type { Clock } from '../util/clock.js';

export interface Pinging {
  readonly clock: Clock;
  readonly domain: string;
  readonly transports: Pick<Sending, 'listenerFor' | 'sentBy'>;
  readonly clients: Pick<ClientTransactions, 'start'>;
}

export interface PingNeeds extends Pinging {
  resolve(uri: SipUri): Target[] | Promise<Target[]>;
}

/** What came back: status and reason as on the wire, 408 for no answer, 503 for no way to get there. */
export interface Pinged {
  readonly code: number;
  readonly text: string;
  /** Milliseconds until the answer, or until the wait ended. */
  readonly ms: number;
}

interface TargetPinged extends Pinged {
  /** Somebody answered, whatever it was. */
  readonly isAnswer: boolean;
}

/** Sends an OPTIONS to a URI and waits at most `seconds` for the final answer. */
export async function ping(text: string, seconds: number, need: PingNeeds): Promise<Pinged> {
  const uri = parseUri(text);
  if (uri === undefined || uri.host === '')
    throw new Failure('USAGE', `${text} is not a SIP URI`, 'write sip:user@host');
  const [target] = await need.resolve(uri);
  if (target === undefined) return { code: 503, text: reasonPhrase(503), ms: 0 };
  const { isAnswer, ...pinged } = await pingTarget(text, target, seconds, need);
  return pinged;
}

/** Sends an OPTIONS for a URI to an address and waits at most `seconds` for the final answer. */
export async function pingTarget(text: string, target: Target, seconds: number, need: Pinging): Promise<TargetPinged> {
  const began = need.clock.now();
  const ended = (isAnswer: boolean, code: number, reason = reasonPhrase(code)) => {
    return { isAnswer, code, text: reason, ms: need.clock.now() - began };
  };
  const listener = target.listener ?? need.transports.listenerFor(target);
  if (listener === undefined) return ended(false, 503);
  const { host, port } = need.transports.sentBy(listener, target.address);
  const request = optionsFor(text, `SIP/2.0/${listener.protocol.toUpperCase()} ${host}:${port}`, need.domain);
  return new Promise((resolve) => {
    const patience = need.clock.after(seconds * 1000, () => resolve(ended(false, 408)));
    const finish = (pinged: TargetPinged) => {
      patience.cancel();
      resolve(pinged);
    };
    need.clients.start(request, target, {
      response: ({ status, reason }) => status >= 200 && finish(ended(true, status, reason)),
      timeout: () => finish(ended(false, 408)),
      transportError: () => finish(ended(false, 503)),
    });
  });
}

function optionsFor(uri: string, sentBy: string, domain: string): SipRequest {
  const lines = [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: ${sentBy};branch=${branchWith('ping')};rport`,
    'Max-Forwards: 70',
    `From: <sip:sipctl@${domain}>;tag=${newTag()}`,
    `To: <${uri}>`,
    `Call-ID: ${newTag()}${newTag()}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  const message = parseMessage(`${lines.join('\r\n')}\r\n\r\n`);
  if (!(message instanceof SipRequest)) throw new Failure('USAGE', `${uri} can not stand in a request`);
  return message;
}
