import type { X509Certificate } from 'node:crypto';
import { hostKey, parseUri } from '../sip/uri.js';
import { addressOfHost } from './address.js';
import { isSecure } from './protocol.js';
import type { Target } from './transport.js';

/**
 * Whether a certificate speaks for the domain of a SIP URI (RFC 5922 7.1 to 7.3): by a `sip:` URI without user among its
 * alternative names or, when there is none, by a DNS name. Wildcards and the common name say nothing. A numeric domain has
 * to stand there as an IP address.
 */
export function speaksFor(certificate: X509Certificate, domain: string): boolean {
  const address = addressOfHost(domain);
  if (address !== undefined) return certificate.checkIP(address) !== undefined;
  const wanted = hostKey(domain);
  return identitiesOf(certificate).some((identity) => hostKey(identity) === wanted);
}

/**
 * The name that the certificate of a target must have; empty where it has to have the address, and where no certificate is
 * asked for.
 */
export function domainToShow({ protocol, domain }: Target): string {
  if (!isSecure(protocol) || domain === undefined) return '';
  return addressOfHost(domain) === undefined ? hostKey(domain) : '';
}

/** The SIP domains that a certificate names (RFC 5922 7.1). */
export function identitiesOf(certificate: X509Certificate): string[] {
  const names = alternativeNames(certificate.subjectAltName ?? '');
  const domains = names.map(sipDomainOf).filter((domain) => domain !== undefined);
  return domains.length > 0 ? domains : names.filter(isDns).map((name) => name.slice(DNS.length));
}

const DNS = 'DNS:';
const URI = 'URI:';

function isDns(name: string): boolean {
  return name.startsWith(DNS) && !name.includes('*');
}

/** A URI with a user speaks for that user only, and one of another scheme for no SIP domain. */
function sipDomainOf(name: string): string | undefined {
  const uri = name.startsWith(URI) ? parseUri(name.slice(URI.length)) : undefined;
  return uri?.scheme === 'sip' && uri.user === '' ? uri.host : undefined;
}

/**
 * `TYPE:value` of each alternative name. Node lists them with commas, and puts a value with marks of its own into a JSON
 * string, so that no name can pass for two (CVE-2021-44532).
 */
function alternativeNames(list: string): string[] {
  const names: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i <= list.length; i++) {
    const mark = list.charAt(i);
    if (isQuoted && mark === '\\') i += 1;
    else if (mark === '"') isQuoted = !isQuoted;
    else if (i === list.length || (mark === ',' && !isQuoted)) {
      names.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  // A quoted value is left out: no domain needs quotes.
  return names.filter((name) => !name.includes('"'));
}
