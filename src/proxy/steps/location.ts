import { type Binding, METHOD_BITS } from '../../registrar/binding.js';
import type { SipUri } from '../../sip/uri.js';
import { addressOfRecord, type Local } from '../local.js';
import type { ProxyRequest } from '../request.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface LocationService {
  lookup(aor: string): readonly Binding[];
  /** The bindings behind a GRUU (RFC 5627); undefined when the URI is none that was given here. */
  lookupGruu?(uri: SipUri, aor: string): readonly Binding[] | undefined;
}

/** Branches that one request may be forked into; Kamailio's default of max_branches. */
const MOST_BRANCHES = 12;

/** `lookup("location")`: finds where our user is; a URI of another domain is its own target (RFC 3261 16.5). */
export function location(need: { local: Local; locations: LocationService }): Step {
  return {
    name: 'location',
    run(request) {
      if (!need.local.isOurs(request.uri)) {
        request.targets = [{ uri: request.message.requestUri }];
        return CONTINUE;
      }
      const aor = addressOfRecord(request.uri, need.local);
      if (aor === undefined) return refuse(request, 484, 'Address Incomplete');
      const phone = need.locations.lookupGruu?.(request.uri, aor);
      // RFC 5627 5.4: the URI is good, its phone is away.
      if (phone?.length === 0) return refuse(request, 480, 'Temporarily Unavailable');
      const bindings = phone ?? need.locations.lookup(aor);
      if (bindings.length === 0) return refuse(request, 404, 'User not Registered');
      const able = bindings.filter((binding) => allows(binding, request.method));
      if (able.length === 0) return refuse(request, 405, 'Method Not Allowed', methodsOf(bindings));
      request.targets = able.slice(0, MOST_BRANCHES).map((binding) => ({ uri: binding.contact, binding }));
      return CONTINUE;
    },
  };
}

/** A method that has no bit is let through: the phone may know it. */
function allows(binding: Binding, method: string): boolean {
  const bit = METHOD_BITS.get(method) ?? 0;
  return binding.methods === undefined || bit === 0 || (binding.methods & bit) !== 0;
}

/** RFC 3261 21.4.6: a 405 says what would be allowed. */
function methodsOf(bindings: readonly Binding[]): [string, string][] {
  const bits = bindings.reduce((all, binding) => all | (binding.methods ?? 0), 0);
  const names = [...METHOD_BITS].filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
  return [['Allow', names.join(', ')]];
}

function refuse(request: ProxyRequest, status: number, reason: string, headers: [string, string][] = []): typeof EXIT {
  request.reply(status, reason, { headers });
  return EXIT;
}
