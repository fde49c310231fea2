import type { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { Failure, messageOf } from '../errors.js';
import type { Clock } from '../util/clock.js';
import { isHostName } from './address.js';
import { certificateIn, certificatesOf, keyIn, textOf, warnIfReadable } from './pem-files.js';
import type { TransportLog } from './transport.js';

/** The certificates of this server and whose it trusts, as paths of PEM files. */
export interface TlsOptions {
  /** Each with its chain behind it. The first is shown to who asks for no name, or for one that none of them has. */
  readonly certificates: readonly string[];
  /** The keys in the same order; none when each stands in the file of its certificate. */
  readonly keys?: readonly string[] | undefined;
  /** Whose certificates are trusted; those that come with Node when left out. */
  readonly ca?: string | undefined;
  /** Whether who connects must show a certificate of `ca`. */
  readonly verifyClient?: boolean;
}

/** A certificate ready for use. */
interface Identity {
  readonly certificate: X509Certificate;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

export interface MaterialNeeds {
  readonly clock: Clock;
  readonly log: TransportLog;
}

const MIN_VERSION = 'TLSv1.2';

/** What the TLS listeners show and trust, replaced whole by `reload`. */
export class TlsMaterial {
  #identities: readonly [Identity, ...Identity[]];

  /** Reads all files. A Failure (CONFIG) names the file that can not serve. */
  static async load(options: TlsOptions, need: MaterialNeeds): Promise<TlsMaterial> {
    return new TlsMaterial(options, need, await identitiesFrom(options, need));
  }

  private constructor(
    readonly options: TlsOptions,
    readonly need: MaterialNeeds,
    identities: readonly [Identity, ...Identity[]],
  ) {
    this.#identities = identities;
  }

  /** Reads the files again; when that throws, everything stays as it was. */
  async reload(): Promise<void> {
    this.#identities = await identitiesFrom(this.options, this.need);
  }

  get demandsClient(): boolean {
    return this.options.verifyClient === true;
  }

  /** The first certificate, key and trusted certificates: for who asks for no name, and to show to other servers. */
  get main(): SecureContextOptions {
    return this.#identities[0].options;
  }

  /** The context for the name that a client asks for (RFC 6066 3). */
  contextFor(name: string): SecureContext {
    const [able] = isHostName(name)
      ? this.#identities.filter(({ certificate }) => certificate.checkHost(name, { subject: 'never' }) !== undefined)
      : [];
    return (able ?? this.#identities[0]).context;
  }
}

async function identitiesFrom(options: TlsOptions, need: MaterialNeeds): Promise<[Identity, ...Identity[]]> {
  const { certificates, ca } = options;
  const keys = options.keys ?? [];
  if (keys.length > 0 && keys.length !== certificates.length)
    throw new Failure('CONFIG', `there are ${certificates.length} certificates and ${keys.length} keys`, PAIRS);
  if (options.verifyClient === true && ca === undefined)
    throw new Failure('CONFIG', 'nobody is trusted to certify clients', 'set tls.ca beside tls.verify-client');
  const trusted = ca === undefined ? undefined : await certificatesOf(ca);
  const identities = certificates.map((path, i) => identityFrom(path, keys[i] ?? path, trusted, need));
  const [first, ...others] = await Promise.all(identities);
  if (first === undefined) throw new Failure('CONFIG', 'there is no certificate', HOW_TO_MAKE_ONE);
  return [first, ...others];
}

const PAIRS = 'name a key for each certificate, in the same order';

/** The hint of who has no certificate yet. */
export const HOW_TO_MAKE_ONE =
  'set tls.certificate and tls.key; one for a trial: openssl req -x509 -newkey rsa:2048 -nodes -days 365 ' +
  '-subj /CN=sip.example.com -addext subjectAltName=DNS:sip.example.com -keyout key.pem -out certificate.pem';

async function identityFrom(
  path: string,
  keyPath: string,
  trusted: string[] | undefined,
  need: MaterialNeeds,
): Promise<Identity> {
  const cert = await textOf(path);
  const certificate = certificateIn(cert, path);
  demandValid(certificate, path, need.clock.now());
  const key = keyPath === path ? cert : await textOf(keyPath);
  if (!certificate.checkPrivateKey(keyIn(key, keyPath)))
    throw new Failure('CONFIG', `the key in ${keyPath} does not belong to the certificate in ${path}`, PAIRS);
  await warnIfReadable(keyPath, need.log);
  const options: SecureContextOptions = { cert, key, minVersion: MIN_VERSION, ...(trusted && { ca: trusted }) };
  try {
    return { certificate, options, context: createSecureContext(options) };
  } catch (error) {
    throw new Failure('CONFIG', `${path} can not be used: ${messageOf(error)}`);
  }
}

function demandValid(certificate: X509Certificate, path: string, now: number): void {
  const { validFrom, validTo } = certificate;
  if (now > Date.parse(validTo)) throw new Failure('CONFIG', `the certificate in ${path} has expired on ${validTo}`);
  if (now < Date.parse(validFrom))
    throw new Failure('CONFIG', `the certificate in ${path} is not valid before ${validFrom}`);
}
