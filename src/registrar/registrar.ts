import type { SipRequest } from '../sip/message.js';
import type { SipUri } from '../sip/uri.js';
import type { Clock } from '../util/clock.js';
import type { Binding, Flow } from './binding.js';
import type { Gruus } from './gruu.js';
import type { Locations } from './locations.js';
import { isUnusableContact, type RegisterSource, receivedUri, sourceUri } from './nat.js';
import { type Arrival, register } from './register.js';
import { type Refusal, type RegistrarSettings, type Registration, readRegistration } from './registration.js';
import { ResponseHeaders } from './response-headers.js';

/** Where a REGISTER came from, by which listener and over which connection. */
export interface RegisterOrigin extends RegisterSource {
  readonly listener: { readonly name: string };
  readonly connection?: Flow;
}

export interface Registered {
  readonly status: 200;
  /** The bindings after the change, in order. */
  readonly bindings: readonly Binding[];
  readonly change: 'listed' | 'saved' | 'removed';
  /** What the 200 says. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface RegistrarNeeds {
  readonly locations: Locations;
  readonly clock: Clock;
  readonly settings: RegistrarSettings;
  /** True for a URI that leads to this server: a contact of that kind would make a request go round (security D18). */
  isOwn(uri: SipUri): boolean;
  /** Whether whoever sent the request may say by which Path a phone is reached (security D18). */
  mayAddPath(origin: RegisterOrigin): boolean;
  readonly gruus: Gruus;
}

/** The registrar of RFC 3261 10.3: Kamailio's `save("location")`. */
export class Registrar {
  readonly #need: RegistrarNeeds;
  readonly #headers: ResponseHeaders;

  constructor(need: RegistrarNeeds) {
    this.#need = need;
    this.#headers = new ResponseHeaders(need.settings, need.gruus);
  }

  /** Carries out a REGISTER for the address of record. Rejects with the store's failure; then nothing has changed. */
  async save(message: SipRequest, aor: string, origin: RegisterOrigin): Promise<Registered | Refusal> {
    const { locations, settings } = this.#need;
    const wanted = readRegistration(message, settings);
    if ('status' in wanted) return wanted;
    if (!wanted.wildcard && wanted.contacts.length === 0) {
      return this.#accepted('listed', locations.lookup(aor), wanted, origin);
    }
    const misplaced = this.#misplaced(wanted, origin);
    if (misplaced !== undefined) return misplaced;
    const changes = register(locations.held(aor), wanted, this.#arrival(message, aor, origin, wanted), settings);
    if ('status' in changes) return changes;
    if (changes.upserts.length + changes.deletes.length > 0) await locations.change(aor, changes);
    const change = changes.upserts.length > 0 ? 'saved' : 'removed';
    return this.#accepted(change, locations.lookup(aor), wanted, origin);
  }

  /** Refuses what would send requests to ourselves, to nobody, or to a place that a stranger chose. */
  #misplaced({ contacts, extensions }: Registration, origin: RegisterOrigin): Refusal | undefined {
    const { isOwn, mayAddPath } = this.#need;
    if (extensions.path.length > 0 && !mayAddPath(origin)) return UNTRUSTED_PATH;
    const isMisplaced = (uri: SipUri) => isUnusableContact(uri, origin) || isOwn(uri);
    if (contacts.some(({ uri, expires }) => expires > 0 && isMisplaced(uri))) return UNUSABLE;
    return extensions.pathUris.some(isMisplaced) ? UNUSABLE_PATH : undefined;
  }

  #arrival(message: SipRequest, aor: string, origin: RegisterOrigin, { extensions }: Registration): Arrival {
    const hasPath = extensions.path.length > 0;
    return {
      aor,
      now: this.#need.clock.now(),
      socket: origin.listener.name,
      flow: hasPath ? undefined : origin.connection,
      received: ({ uri, regId }) => {
        // The edge proxy knows where the phone is.
        if (hasPath) return undefined;
        return regId > 0 ? sourceUri(origin) : receivedUri(message, uri, origin);
      },
    };
  }

  #accepted(
    change: Registered['change'],
    bindings: readonly Binding[],
    wanted: Registration,
    origin: RegisterOrigin,
  ): Registered {
    const headers = this.#headers.of(bindings, wanted, { now: this.#need.clock.now(), protocol: origin.protocol });
    return { status: 200, bindings, change, headers };
  }
}

const UNUSABLE: Refusal = { status: 403, text: 'Contact can not be reached from here' };
const UNUSABLE_PATH: Refusal = { status: 403, text: 'Path can not be reached from here' };
const UNTRUSTED_PATH: Refusal = { status: 403, text: 'Path from an address that is not trusted with it' };
