import type { SipRequest } from '../sip/message.js';
import type { Clock } from '../util/clock.js';
import type { Binding } from './binding.js';
import type { Locations } from './locations.js';
import { isUnusableContact, type RegisterSource, receivedUri } from './nat.js';
import { type Arrival, register } from './register.js';
import { type Refusal, type RegistrarSettings, readRegistration } from './registration.js';

/** Where a REGISTER came from and by which listener. */
export interface RegisterOrigin extends RegisterSource {
  readonly listener: { readonly name: string };
}

export interface Registered {
  readonly status: 200;
  /** The bindings after the change, in order. */
  readonly bindings: readonly Binding[];
  readonly change: 'listed' | 'saved' | 'removed';
}

/** The registrar of RFC 3261 10.3: Kamailio's `save("location")`. */
export class Registrar {
  readonly #locations: Locations;
  readonly #clock: Clock;
  readonly #settings: RegistrarSettings;

  constructor(need: { locations: Locations; clock: Clock; settings: RegistrarSettings }) {
    this.#locations = need.locations;
    this.#clock = need.clock;
    this.#settings = need.settings;
  }

  /** Carries out a REGISTER for the address of record. Rejects with the store's failure; then nothing has changed. */
  async save(message: SipRequest, aor: string, origin: RegisterOrigin): Promise<Registered | Refusal> {
    const wanted = readRegistration(message, this.#settings);
    if ('status' in wanted) return wanted;
    const current = this.#locations.lookup(aor);
    if (!wanted.wildcard && wanted.contacts.length === 0) return { status: 200, bindings: current, change: 'listed' };
    if (wanted.contacts.some((contact) => isUnusableContact(contact.uri, origin))) return UNUSABLE;

    const changes = register(current, wanted, this.#arrival(message, aor, origin), this.#settings);
    if ('status' in changes) return changes;
    if (changes.upserts.length + changes.deletes.length > 0) await this.#locations.change(aor, changes);
    const change = changes.upserts.length > 0 ? 'saved' : 'removed';
    return { status: 200, bindings: this.#locations.lookup(aor), change };
  }

  #arrival(message: SipRequest, aor: string, origin: RegisterOrigin): Arrival {
    return {
      aor,
      now: this.#clock.now(),
      socket: origin.listener.name,
      received: (contact) => receivedUri(message, contact.uri, origin),
    };
  }

  /** Seconds that a binding still lasts, for the Contact header of the 200. */
  remaining(binding: Binding): number {
    return Math.max(0, Math.ceil((binding.expires - this.#clock.now()) / 1000));
  }
}

const UNUSABLE: Refusal = { status: 403, text: 'Contact can not be reached from here' };
