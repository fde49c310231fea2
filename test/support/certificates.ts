import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temp.js';

/** Paths of the two files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of a test's own, made with the command `openssl`. */
export class Authority {
  readonly #folder: string;
  readonly #own: CertificateFiles;
  #serial = 0;

  constructor(name = 'Test CA') {
    this.#folder = temporaryFolder();
    this.#own = this.#files('ca');
    openssl(
      ...['req', '-x509', ...this.#newKey(this.#own), '-subj', `/CN=${name}`, '-days', '1'],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-out', this.#own.certificate],
    );
    chmodSync(this.#own.key, 0o600);
  }

  /** The path of its certificate. */
  get path(): string {
    return this.#own.certificate;
  }

  /** Its certificate. */
  get pem(): string {
    return readFileSync(this.path, 'latin1');
  }

  /** A certificate for alternative names such as `DNS:sip.example.com`, good for a day from now. */
  issue(names: readonly string[], commonName = 'test'): CertificateFiles {
    this.#serial += 1;
    const files = this.#files(String(this.#serial));
    const request = join(this.#folder, `${this.#serial}.csr`);
    const extensions = join(this.#folder, `${this.#serial}.ext`);
    writeFileSync(
      extensions,
      names.length === 0
        ? ''
        : `subjectAltName=@names
[names]
${names.map(named).join('')}`,
    );
    openssl('req', ...this.#newKey(files), '-subj', `/CN=${commonName}`, '-out', request);
    openssl(
      ...['x509', '-req', '-in', request, '-CA', this.path, '-CAkey', this.#own.key, '-set_serial', `${this.#serial}`],
      ...['-days', '1', '-extfile', extensions, '-out', files.certificate],
    );
    chmodSync(files.key, 0o600);
    return files;
  }

  #files(name: string): CertificateFiles {
    return { certificate: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
  }

  /** Of an elliptic curve, because those are made in no time. */
  #newKey({ key }: CertificateFiles): string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
  }
}

/** `DNS:example.com` as a line of its own, in which commas mean nothing. */
function named(name: string, i: number): string {
  const colon = name.indexOf(':');
  return `${name.slice(0, colon)}.${i} = ${name.slice(colon + 1)}\n`;
}

export function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
