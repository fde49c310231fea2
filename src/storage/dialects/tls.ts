import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Failure, messageOf } from '../../errors.js';
import type { ServerUrl } from '../url.js';

/** TLS with the server's certificate and name checked, where the URL asks for TLS. */
export function tlsOptions(url: ServerUrl): { ssl?: { verifyIdentity: true; ca?: string } } {
  if (!url.tls) return {};
  // mysql2 would compare the certificate with another name than the one it connects to.
  if (url.engine === 'mysql' && isIP(url.host) !== 0) {
    throw new Failure('CONFIG', `sslmode=verify-full needs the name of the host, and ${url.host} is an address`);
  }
  // mysql2 checks the name only when told to; pg always does.
  return {
    ssl: { verifyIdentity: true, ...(url.tlsAuthority === undefined ? {} : { ca: readAuthority(url.tlsAuthority) }) },
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('CONFIG', `the database URL's sslrootcert cannot be read: ${messageOf(error)}`);
  }
}
