import { DOMAIN, md5, type VirtualProxy } from './virtual-proxy.js';

export interface RequestParts {
  readonly method?: string;
  readonly uri?: string;
  readonly from?: string;
  readonly fromTag?: string;
  readonly to?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly via?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

let serial = 0;

/** A request as a phone would write it; what a test cares about is given. */
export function request(parts: RequestParts = {}): string {
  serial += 1;
  const { method = 'INVITE', uri = `sip:bob@${DOMAIN}`, from = `sip:alice@${DOMAIN}`, body = '' } = parts;
  const { to = uri, toTag, callId = `call-${serial}`, branch = `z9hG4bKclient${serial}` } = parts;
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${parts.via ?? '198.51.100.1:5060'};branch=${branch}`,
    'Max-Forwards: 70',
    `From: <${from}>;tag=${parts.fromTag ?? 'from1'}`,
    `To: <${to}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${parts.cseq ?? 1} ${method}`,
    ...(parts.headers ?? []),
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The answer of whoever got this request, with its Via and everything else that belongs in one. */
export function answer(sent: string, status: number, headers: readonly string[] = [], tag = 'callee'): string {
  const lines = sent.slice(0, sent.indexOf('\r\n\r\n')).split('\r\n');
  const kept = lines.filter((line) => /^(via|from|call-id|cseq|record-route):/i.test(line));
  const to = lines.find((line) => /^to:/i.test(line)) ?? '';
  const tagged = to.includes(';tag=') || status === 100 ? to : `${to};tag=${tag}`;
  return [`SIP/2.0 ${status} Answer`, ...kept, tagged, ...headers, 'Content-Length: 0', '', ''].join('\r\n');
}

/** The values of a header, one a line. */
export function headers(text: string, name: string): string[] {
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  const prefix = `${name.toLowerCase()}:`;
  return lines.filter((line) => line.toLowerCase().startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
}

export const header = (text: string, name: string) => headers(text, name)[0] ?? '';
export const startLine = (text: string) => text.slice(0, text.indexOf('\r\n'));
export const statusOf = (text: string) => Number(startLine(text).split(' ')[1]);
export const statuses = (sent: readonly { text: string }[]) =>
  sent.filter(({ text }) => text.startsWith('SIP/2.0')).map(({ text }) => statusOf(text));
export const requests = <S extends { text: string; to: string }>(sent: readonly S[]) =>
  sent.filter(({ text }) => !text.startsWith('SIP/2.0'));

/** An Authorization or Proxy-Authorization header that answers a challenge with qop=auth. */
export function credentials(challenge: string, parts: DigestParts): string {
  const { username, password, method, uri, nc = '00000001' } = parts;
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const realm = parts.realm ?? DOMAIN;
  const ha1 = md5(`${username}:${realm}:${password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:abc:auth:${md5(`${method}:${uri}`)}`);
  const name = method === 'REGISTER' ? 'Authorization' : 'Proxy-Authorization';
  return `${name}: Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, nc=${nc}, cnonce="abc"`;
}

export interface DigestParts {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nc?: string;
  readonly realm?: string;
}

/** The challenge in a 401 or 407. */
export function challengeOf(text: string): string {
  return header(text, 'WWW-Authenticate') || header(text, 'Proxy-Authenticate');
}

/** Registers a user at a contact by digest; answers the last response. */
export async function registerAt(proxy: VirtualProxy, user: string, contact: string, from: string, extra = '') {
  const parts = {
    method: 'REGISTER',
    uri: `sip:${DOMAIN}`,
    from: `sip:${user}@${DOMAIN}`,
    to: `sip:${user}@${DOMAIN}`,
  };
  const via = from.slice(from.indexOf(':') + 1);
  const wanted = [`Contact: <${contact}>${extra}`];
  const [challenged] = await proxy.receive(request({ ...parts, via, headers: wanted }), from);
  const proof = credentials(challengeOf(challenged?.text ?? ''), {
    username: user,
    password: `${user}-password`,
    method: 'REGISTER',
    uri: `sip:${DOMAIN}`,
  });
  const [answered] = await proxy.receive(request({ ...parts, via, headers: [proof, ...wanted] }), from);
  return answered?.text ?? '';
}
