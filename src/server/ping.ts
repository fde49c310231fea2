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

export interface PingNeeds {
  readonly clock: Clock;
  readonly domain: string;
  readonly transports: Sending;
  readonly clients: Pick<ClientTransactions, 'start'>;
  resolve(uri: SipUri): Target[] | Promise<Target[]>;
}

/** What came back: status and reason as on the wire, 408 for no answer, 503 for no way to get there. */
export interface Pinged {
  readonly code: number;
  readonly text: string;
  /** Milliseconds until the answer, or until the wait ended. */
  readonly ms: number;
}

/** Sends an OPTIONS to a URI and waits at most `seconds` for the final answer. */
export async function ping(text: string, seconds: number, need: PingNeeds): Promise<Pinged> {
  const uri = parseUri(text);
  if (uri === undefined || uri.host === '')
    throw new Failure('USAGE', `${text} is not a SIP URI`, 'write sip:user@host');
  const began = need.clock.now();
  const ended = (code: number, reason = reasonPhrase(code)) => ({ code, text: reason, ms: need.clock.now() - began });
  const [target] = await need.resolve(uri);
  const listener = target === undefined ? undefined : need.transports.listenerFor(target);
  if (target === undefined || listener === undefined) return ended(503);
  const { host, port } = need.transports.sentBy(listener, target.address);
  const request = optionsFor(text, `SIP/2.0/${listener.protocol.toUpperCase()} ${host}:${port}`, need.domain);
  return new Promise((resolve) => {
    const patience = need.clock.after(seconds * 1000, () => resolve(ended(408)));
    const finish = (pinged: Pinged) => {
      patience.cancel();
      resolve(pinged);
    };
    need.clients.start(request, target, {
      response: ({ status, reason }) => status >= 200 && finish(ended(status, reason)),
      timeout: () => finish(ended(408)),
      transportError: () => finish(ended(503)),
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
