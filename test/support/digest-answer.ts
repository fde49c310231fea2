import { createHash } from 'node:crypto';

/** What a phone needs to answer a challenge. */
export interface DigestQuestion {
  /** The value of WWW-Authenticate or Proxy-Authenticate. */
  challenge: string;
  method: string;
  uri: string;
  user: string;
  password: string;
  /** Nonce count, from 1. */
  count?: number;
}

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]);

/** The value of Authorization or Proxy-Authorization: RFC 7616 section 3.4, written without src/sip so that it can judge it. */
export function digestAnswer(question: DigestQuestion): string {
  const { challenge, method, uri, user, password } = question;
  const realm = challengeParam(challenge, 'realm') ?? '';
  const nonce = challengeParam(challenge, 'nonce') ?? '';
  const algorithm = challengeParam(challenge, 'algorithm') ?? 'MD5';
  const hash = (text: string) =>
    createHash(HASHES.get(algorithm) ?? 'unknown')
      .update(text)
      .digest('hex');
  const ha1 = hash(`${user}:${realm}:${password}`);
  const ha2 = hash(`${method}:${uri}`);
  const start = `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}`;
  if (challengeParam(challenge, 'qop') === undefined) return `${start}, response="${hash(`${ha1}:${nonce}:${ha2}`)}"`;
  const nc = (question.count ?? 1).toString(16).padStart(8, '0');
  const response = hash(`${ha1}:${nonce}:${nc}:0a4f113b:auth:${ha2}`);
  return `${start}, response="${response}", qop=auth, nc=${nc}, cnonce="0a4f113b"`;
}

/** A parameter of a challenge, quoted or not. */
export function challengeParam(challenge: string, name: string): string | undefined {
  const found = new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^ ,"]+))`, 'i').exec(challenge);
  return found?.[1] ?? found?.[2];
}
