import { madeHere } from './checked-step.js';
import type { DigestOffer } from './digest/offer.js';
import type { Local } from './local.js';
import type { Nonces } from './nonces.js';
import type { RouteParts, Step } from './route-api.js';
import type { RouteSets } from './route-set.js';
import { type AddressGroups, finderIn, groupOf, type Note, routeWords } from './route-words.js';
import { CONTINUE, EXIT } from './step.js';
import { type CancelNeeds, cancel } from './steps/cancel.js';
import { type Credentials, digest } from './steps/digest.js';
import { keepalive } from './steps/keepalive.js';
import { type LocationService, location } from './steps/location.js';
import { noOpenRelay } from './steps/no-open-relay.js';
import { type CallRules, permissions } from './steps/permissions.js';
import { type RegistrarNeeds, registrar } from './steps/registrar.js';
import { type Forwarder, relay } from './steps/relay.js';
import { type RequestLimits, reqinit } from './steps/reqinit.js';
import { type KnownTransactions, retransmission } from './steps/retransmission.js';
import { sourceAddress, type TrustedSources } from './steps/source-address.js';
import { type DialogRelay, withinDialog } from './steps/within-dialog.js';

/** What the parts of a route are built from. */
export interface RouteNeeds {
  readonly local: Local;
  readonly limits: RequestLimits;
  readonly cancelling: CancelNeeds;
  readonly transactions: KnownTransactions;
  readonly routeSets: RouteSets;
  readonly relay: Forwarder & DialogRelay;
  readonly trustedSources: TrustedSources;
  readonly addressGroups: AddressGroups;
  readonly credentials: Credentials;
  readonly nonces: Nonces;
  readonly acceptForeign: boolean;
  readonly digestOffer: DigestOffer;
  readonly registrar: Omit<RegistrarNeeds, 'local'>;
  readonly rules: CallRules;
  readonly locations: LocationService;
  readonly note: Note;
}

/** The parts of a route, bound to what this server has for them. */
export function routeParts(need: RouteNeeds): RouteParts {
  return withWords(makersOf(need), need);
}

/** The parts for a route that is only listed: its steps are known by their names, and decide nothing. */
export function listingParts(): RouteParts {
  const nothing = {} as RouteNeeds;
  const makers = makersOf(nothing);
  for (const name of Object.keys(makers) as (keyof Makers)[]) {
    makers[name] = (...groups) => {
      for (const group of groups) groupOf(group);
      return { name, run: () => EXIT };
    };
  }
  return withWords(makers, nothing);
}

type Groups = readonly (number | string)[];
type Maker = (...groups: Groups) => Step;
type Makers = ReturnType<typeof makersOf>;

/** What makes each step; the key is its name. */
function makersOf(need: RouteNeeds) {
  const { local } = need;
  return {
    reqinit: () => reqinit(need.limits, local),
    keepalive: () => keepalive(local),
    cancel: () => cancel(need.cancelling),
    retransmission: () => retransmission(need.transactions),
    withinDialog: () => withinDialog({ routeSets: need.routeSets, relay: need.relay }),
    sourceAddress: (...groups: Groups) => sourceAddress(sourcesIn(groups, need)),
    digest: () => digest(need),
    noOpenRelay: () => noOpenRelay(local),
    registrar: () => registrar({ local, ...need.registrar }),
    permissions: () => permissions(need.rules),
    location: () => location({ local, locations: need.locations }),
    relay: () => relay(need.relay),
  } satisfies Record<string, Maker>;
}

function withWords(makers: Makers, need: RouteNeeds): RouteParts {
  const parts = Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, once(make)])) as Makers;
  return {
    CONTINUE,
    EXIT,
    ...parts,
    authCheck: parts.digest,
    save: parts.registrar,
    allowRouting: parts.permissions,
    lookup: parts.location,
    tRelay: parts.relay,
    ...routeWords(need),
  };
}

function sourcesIn(groups: readonly unknown[], need: RouteNeeds): TrustedSources {
  return groups.length === 0 ? need.trustedSources : { find: finderIn(groups, need.addressGroups) };
}

/** Asked for again with the same arguments, a part is the same step: it may stand in several places of a route. */
function once<A extends readonly unknown[]>(make: (...args: A) => Step): (...args: A) => Step {
  const made = new Map<string, Step>();
  return (...args) => {
    const key = JSON.stringify(args);
    const step = made.get(key) ?? madeHere(make(...args));
    made.set(key, step);
    return step;
  };
}
