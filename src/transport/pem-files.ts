import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Failure, messageOf } from '../errors.js';
import type { TransportLog } from './transport.js';

// Whatever can not be used is a Failure (CONFIG) that names the file, and nothing of what stands in it.

const PEM_BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** All certificates of a file. */
export async function certificatesOf(path: string): Promise<string[]> {
  const blocks = (await textOf(path)).match(PEM_BLOCK) ?? [];
  if (blocks.length === 0) throw noCertificate(path);
  for (const block of blocks) certificateIn(block, path);
  return blocks;
}

/** Latin1, so that octets that are no PEM do no harm. */
export async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    throw new Failure('CONFIG', `${path} can not be read: ${messageOf(error)}`);
  }
}

/** The first certificate of a text that was read from `path`. */
export function certificateIn(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw noCertificate(path);
  }
}

function noCertificate(path: string): Failure {
  const hint = 'PKCS#12 is converted by: openssl pkcs12 -in FILE -nodes -out FILE.pem';
  return new Failure('CONFIG', `${path} holds no certificate in PEM form`, hint);
}

/** The first private key of a text that was read from `path`. */
export function keyIn(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of a bad key may quote from it.
    if (pem.includes('ENCRYPTED')) {
      const hint = 'take it off, and keep the file to yourself: openssl pkey -in FILE -out key.pem; chmod 600 key.pem';
      throw new Failure('CONFIG', `the key in ${path} is locked with a passphrase`, hint);
    }
    throw new Failure('CONFIG', `${path} holds no private key in PEM form`);
  }
}

/** A key that others can read is no secret (security.md S6). */
export async function warnIfReadable(path: string, log: TransportLog): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  log.warn({ event: 'transport', file: path }, `others than its owner can read the key in ${path}: chmod 600 ${path}`);
}
