import { Phone } from '../support/phone.js';
import type { TestServer } from '../support/server.js';
import { readSip, type SipText } from '../support/sip-text.js';
import { until } from '../support/until.js';

export type Wire = 'udp' | 'tcp';

/** What became of a message that a stranger sent to a running server. */
export interface Fate {
  /** The first final response; undefined when none came. */
  readonly answer: SipText | undefined;
  /** Whether the server has closed the stream. */
  readonly closed: boolean;
}

/** What the sender knows of how it must end, so that he knows what to wait for. */
export type Ending = 'answer' | 'silence' | 'answer and close' | 'close' | 'unknown';

/**
 * Sends octets from a socket of their own and waits for their end. After a silence an OPTIONS is answered: on the same
 * socket over UDP, where answers keep their order, on another one over TCP, where the first may be waiting for more.
 */
export async function fateOf(server: TestServer, wire: Wire, text: string, ending: Ending): Promise<Fate> {
  const phone = await open(server, wire);
  try {
    phone.send(text);
    if (ending === 'answer') return { answer: await anyAnswer(phone), closed: phone.isClosed };
    if (ending === 'answer and close') {
      const answer = await anyAnswer(phone);
      await until('the server to close the connection', () => phone.isClosed);
      return { answer, closed: true };
    }
    if (ending === 'close') await until('the server to close the connection', () => phone.isClosed);
    else if (wire === 'udp') await phone.settle();
    else await nextIsAnswered(server);
    return { answer: phone.inbox.find(isFinal), closed: phone.isClosed };
  } finally {
    phone.close();
  }
}

/** Throws when an OPTIONS is not answered any more. */
export async function nextIsAnswered(server: TestServer): Promise<void> {
  const phone = await open(server, 'udp');
  await phone.settle();
  phone.close();
}

/** Its OPTIONS goes to the address of the server, which is its own under whatever domain it serves. */
function open({ host, port }: TestServer, transport: Wire): Promise<Phone> {
  return Phone.open({ user: 'stranger', domain: `${host}:${port}`, server: { host, port }, transport });
}

function isFinal({ status }: SipText): boolean {
  return status >= 200;
}

function anyAnswer(phone: Phone): Promise<SipText> {
  return phone.receive('any final response', isFinal);
}

/** How a stream that ends after this message must be read (RFC 3261 18.3), as far as the sender can say. */
export function framingOf(text: string): 'exact' | 'short' | 'long' | 'none' {
  const { headers, body } = readSip(text);
  if (!text.includes('\r\n\r\n')) return 'short';
  const lengths = headers.filter(([name]) => /^(content-length|l)$/i.test(name)).map(([, value]) => value);
  const [length = ''] = lengths;
  if (lengths.length !== 1 || !/^\d{1,9}$/.test(length)) return 'none';
  if (Number(length) === body.length) return 'exact';
  return Number(length) > body.length ? 'short' : 'long';
}
