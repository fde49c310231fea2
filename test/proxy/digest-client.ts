import { createHash } from 'node:crypto';
import { headers, request, statusOf } from './messages.js';
import { DOMAIN, type VirtualProxy } from './virtual-proxy.js';

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]);

export interface DigestPhone {
  readonly user: string;
  readonly password: string;
  /** The algorithms that it knows. */
  readonly algorithms: readonly string[];
  /** What it writes into qop; undefined is a client of RFC 2069. */
  readonly qop?: 'auth' | 'auth-int' | undefined;
}

interface Challenge {
  readonly algorithm: string;
  readonly nonce: string;
}

const PHONE = 'udp:198.51.100.1:5060';

/**
 * A phone that answers challenges as RFC 7616 and RFC 8760 say: the topmost one that it knows, counting, with a nonce
 * from Authentication-Info when it was given one. Written without src/sip, so that it can judge it.
 */
export class DigestClient {
  challenge: Challenge | undefined;
  count = 0;
  /** The last credentials sent, whole. */
  sent = '';
  #ha1 = '';
  #forged: string | undefined;
  #uri = '';
  #hash = (text: string) => text;

  constructor(
    readonly proxy: VirtualProxy,
    readonly phone: DigestPhone,
  ) {}

  /** Sends a request, with credentials once it has been challenged; answers the response. */
  async ask(method: string, parts: { uri?: string; body?: string; headers?: readonly string[] } = {}): Promise<string> {
    const uri = parts.uri ?? (method === 'REGISTER' ? `sip:${DOMAIN}` : `sip:bob@${DOMAIN}`);
    const own = `sip:${this.phone.user}@${DOMAIN}`;
    const proof = this.challenge === undefined ? [] : [this.credentials(method, uri, parts.body)];
    const to = method === 'REGISTER' ? own : uri;
    const [first] = await this.proxy.receive(
      request({ method, uri, from: own, to, headers: [...proof, ...(parts.headers ?? [])], body: parts.body ?? '' }),
      PHONE,
    );
    const text = first?.text ?? '';
    if (statusOf(text) === 401 || statusOf(text) === 407) this.challenged(text);
    return text;
  }

  /** Asks, and answers the challenge once. */
  async authenticated(method: string, parts: { body?: string; headers?: readonly string[] } = {}): Promise<string> {
    const first = await this.ask(method, parts);
    return statusOf(first) === 401 || statusOf(first) === 407 ? this.ask(method, parts) : first;
  }

  /** Takes the topmost challenge that it knows (RFC 8760 2.4). */
  challenged(text: string): void {
    const found = challengesIn(text).find(({ algorithm }) => this.phone.algorithms.includes(algorithm));
    this.challenge = found;
    this.count = 0;
  }

  /** Uses this HA1 instead of one made of its password. */
  forge(ha1: string): void {
    this.#forged = ha1;
  }

  credentials(method: string, uri: string, body = ''): string {
    const { user, password, qop = undefined } = this.phone;
    const { algorithm, nonce } = this.challenge ?? { algorithm: 'MD5', nonce: '' };
    this.count += 1;
    this.#uri = uri;
    this.#hash = (text) =>
      createHash(HASHES.get(algorithm) ?? algorithm)
        .update(text)
        .digest('hex');
    this.#ha1 = this.#forged ?? this.#hash(`${user}:${DOMAIN}:${password}`);
    const parts = [`username="${user}"`, `realm="${DOMAIN}"`, `nonce="${nonce}"`, `uri="${uri}"`];
    parts.push(`response="${this.#response(method, body)}"`, `algorithm=${algorithm}`);
    if (qop !== undefined) parts.push(`qop=${qop}`, `nc=${this.#nc}`, 'cnonce="c n,o"');
    this.sent = `${method === 'REGISTER' ? 'Authorization' : 'Proxy-Authorization'}: Digest ${parts.join(', ')}`;
    return this.sent;
  }

  /** Whether the server has proved to know the password too; takes its next nonce (RFC 7616 3.5). */
  believes(response: string): boolean {
    const [info = ''] = headers(response, 'Authentication-Info');
    const body = response.slice(response.indexOf('\r\n\r\n') + 4);
    const expected = this.#response('', body);
    const isRight =
      paramOf(info, 'rspauth') === expected &&
      paramOf(info, 'cnonce') === 'c n,o' &&
      paramOf(info, 'nc') === this.#nc &&
      paramOf(info, 'qop') === this.phone.qop;
    const nonce = paramOf(info, 'nextnonce');
    if (nonce !== undefined && this.challenge !== undefined) {
      this.challenge = { ...this.challenge, nonce };
      this.count = 0;
    }
    return isRight;
  }

  get #nc(): string {
    return this.count.toString(16).padStart(8, '0');
  }

  #response(method: string, body: string): string {
    const { qop } = this.phone;
    const nonce = this.challenge?.nonce ?? '';
    const integrity = qop === 'auth-int' ? `:${this.#hash(body)}` : '';
    const ha2 = this.#hash(`${method}:${this.#uri}${integrity}`);
    const middle = qop === undefined ? '' : `${this.#nc}:c n,o:${qop}:`;
    return this.#hash(`${this.#ha1}:${nonce}:${middle}${ha2}`);
  }
}

/** The challenges of a 401 or 407, in order. */
export function challengesIn(text: string): { algorithm: string; nonce: string; qop: string; stale: boolean }[] {
  return [...headers(text, 'WWW-Authenticate'), ...headers(text, 'Proxy-Authenticate')].map((value) => ({
    algorithm: paramOf(value, 'algorithm') ?? '',
    nonce: paramOf(value, 'nonce') ?? '',
    qop: paramOf(value, 'qop') ?? '',
    stale: paramOf(value, 'stale') === 'true',
  }));
}

export function paramOf(value: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[ ,])${name}=(?:"([^"]*)"|([^ ,"]+))`).exec(value);
  return found?.[1] ?? found?.[2];
}
