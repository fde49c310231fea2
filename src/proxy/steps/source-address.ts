import type { AddressEntry } from '../../permissions/address-table.js';
import { CONTINUE, type Step } from '../step.js';

export interface TrustedSources {
  find(address: string, port: number): AddressEntry | undefined;
}

/** Sources in the trusted address group need no password: `allow_source_address("200")` of seed 000. */
export function sourceAddress(trusted: TrustedSources): Step {
  return {
    name: 'sourceAddress',
    run(request) {
      // A trusted carrier may call, but whoever registers as one of our users must prove to be that user.
      if (request.method !== 'REGISTER') {
        request.trustedBy = trusted.find(request.source.address, request.source.port);
      }
      return CONTINUE;
    },
  };
}
