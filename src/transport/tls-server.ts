import type { Server, TlsOptions } from 'node:tls';
import type { TlsMaterial } from './tls-material.js';

/** How a TLS server, of SIP or of HTTP, shows its certificates: always those that the material has now. */
export function serverOptions(material: TlsMaterial): TlsOptions {
  return {
    ...material.main,
    SNICallback: (name, done) => done(null, material.contextFor(name)),
    requestCert: material.demandsClient,
    rejectUnauthorized: material.demandsClient,
  };
}

/** Clients that ask for no name do not come by the callback above. */
export function useAgain(server: Server, material: TlsMaterial): void {
  server.setSecureContext(material.main);
}
