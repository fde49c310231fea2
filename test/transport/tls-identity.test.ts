import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { domainToShow, identitiesOf, speaksFor } from '../../src/transport/tls-identity.js';
import { Authority } from '../support/certificates.js';
import { havePeers } from '../support/peers.mjs';

describe.skipIf(!havePeers('openssl'))('the identity of a certificate (RFC 5922 7.1)', () => {
  const authority = new Authority();

  function certificate(names: readonly string[], commonName?: string): X509Certificate {
    return new X509Certificate(readFileSync(authority.issue(names, commonName).certificate));
  }

  it.each([
    ['a SIP URI', ['URI:sip:example.com'], ['example.com']],
    ['a DNS name when there is no SIP URI', ['DNS:example.com', 'URI:https://example.net'], ['example.com']],
    ['no DNS name beside a SIP URI', ['DNS:sip.example.com', 'URI:sip:example.com'], ['example.com']],
    ['no URI with a user', ['URI:sip:alice@example.com'], []],
    ['no wildcard', ['DNS:*.example.com'], []],
    ['no common name', [], []],
    ['each of several', ['DNS:a.example.com', 'DNS:b.example.com'], ['a.example.com', 'b.example.com']],
    ['no name of another kind', ['email:alice@example.com'], []],
  ])('is %s', (_what, names, expected) => {
    expect(identitiesOf(certificate(names, 'example.com'))).toEqual(expected);
  });

  it('is compared without case, and not with subdomains (RFC 5922 7.2)', () => {
    const found = certificate(['DNS:Example.com']);
    expect(speaksFor(found, 'EXAMPLE.COM')).toBe(true);
    expect(speaksFor(found, 'sip.example.com')).toBe(false);
    expect(speaksFor(found, 'com')).toBe(false);
  });

  it('is an address where the domain is one', () => {
    const found = certificate(['IP:127.0.0.1', 'IP:2001:db8::1', 'DNS:192.0.2.1']);
    expect(speaksFor(found, '127.0.0.1')).toBe(true);
    expect(speaksFor(found, '2001:db8:0::1')).toBe(true);
    expect(speaksFor(found, '192.0.2.1')).toBe(false);
  });

  it('is not made two by a name with a comma (CVE-2021-44532)', () => {
    const found = certificate(['URI:https://a/, DNS:example.com']);
    expect(found.subjectAltName).toContain('DNS:example.com');
    expect(speaksFor(found, 'example.com')).toBe(false);
  });
});

describe('the name that a target must show', () => {
  const at = { address: '192.0.2.1', port: 5061 };

  it('is that of its URI over TLS, and none over what shows no certificate', () => {
    expect(domainToShow({ ...at, protocol: 'tls', domain: 'Example.com' })).toBe('example.com');
    expect(domainToShow({ ...at, protocol: 'tcp', domain: 'example.com' })).toBe('');
    expect(domainToShow({ ...at, protocol: 'tls', domain: '192.0.2.1' })).toBe('');
    expect(domainToShow({ ...at, protocol: 'tls' })).toBe('');
  });
});
