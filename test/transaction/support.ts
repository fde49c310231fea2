import { buildResponse, reasonPhrase } from '../../src/sip/build.js';
import { SipRequest, SipResponse } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import type { ClientUser } from '../../src/transaction/client.js';
import type { Listener, Protocol, Source, Target } from '../../src/transport/transport.js';

export interface RequestParts {
  readonly method?: string;
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly cseq?: number;
  readonly cseqMethod?: string;
  readonly headers?: readonly string[];
}

/** A request of alice to bob; every part can be another. */
export function request(parts: RequestParts = {}): SipRequest {
  const method = parts.method ?? 'INVITE';
  const via = parts.via ?? `SIP/2.0/UDP 127.0.0.1:5070;branch=${parts.branch ?? 'z9hG4bKalice1'}`;
  const to = parts.toTag === undefined ? '' : `;tag=${parts.toTag}`;
  const lines = [
    `${method} ${parts.uri ?? 'sip:bob@127.0.0.1'} SIP/2.0`,
    `Via: ${via}`,
    'Max-Forwards: 70',
    `From: <sip:alice@127.0.0.1>;tag=${parts.fromTag ?? 'a1'}`,
    `To: <sip:bob@127.0.0.1>${to}`,
    `Call-ID: ${parts.callId ?? 'call-1'}`,
    `CSeq: ${parts.cseq ?? 1} ${parts.cseqMethod ?? method}`,
    ...(parts.headers ?? []),
    'Content-Length: 0',
  ];
  const parsed = parseMessage(`${lines.join('\r\n')}\r\n\r\n`);
  if (!(parsed instanceof SipRequest)) throw new Error('the test request does not parse');
  return parsed;
}

export function response(to: SipRequest, status: number, toTag = 'b1'): SipResponse {
  const parsed = parseMessage(buildResponse(to, status, reasonPhrase(status), { toTag }));
  if (!(parsed instanceof SipResponse)) throw new Error('the test response does not parse');
  return parsed;
}

/** The start line of a message. */
export function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\r\n'));
}

export function listener(protocol: Protocol): Listener {
  return { name: `${protocol}:127.0.0.1:5060`, protocol, address: '127.0.0.1', port: 5060, family: 4 };
}

export function source(protocol: Protocol, address = '127.0.0.1'): Source {
  return { protocol, address, port: 5070, listener: listener(protocol), localAddress: '127.0.0.1' };
}

export function target(protocol: Protocol): Target {
  return { protocol, address: '127.0.0.1', port: 5080 };
}

/** A client user that writes down what it is told, in order. */
export class Diary implements ClientUser {
  readonly entries: string[] = [];

  response(response: SipResponse): void {
    this.entries.push(String(response.status));
  }

  timeout(): void {
    this.entries.push('timeout');
  }

  transportError(error: Error): void {
    this.entries.push(error.message);
  }

  terminated(): void {
    this.entries.push('terminated');
  }
}
