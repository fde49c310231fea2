import type { Local } from './local.js';
import type { Nonces } from './nonces.js';
import type { RouteSets } from './route-set.js';
import type { Step } from './step.js';
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

/** What the default route is built from. */
export interface RouteNeeds {
  readonly local: Local;
  readonly limits: RequestLimits;
  readonly cancelling: CancelNeeds;
  readonly transactions: KnownTransactions;
  readonly routeSets: RouteSets;
  readonly relay: Forwarder & DialogRelay;
  readonly trustedSources: TrustedSources;
  readonly credentials: Credentials;
  readonly nonces: Nonces;
  readonly acceptForeign: boolean;
  readonly registrar: Omit<RegistrarNeeds, 'local'>;
  readonly rules: CallRules;
  readonly locations: LocationService;
}

/** What happens to a request, step by step: the request_route of kamailio.cfg with the additions of the seeds. */
export function requestRoute(need: RouteNeeds): readonly Step[] {
  const { local } = need;
  return [
    reqinit(need.limits), //                                          REQINIT: scanners, size, sanity, Max-Forwards
    keepalive(local), //                                              OPTIONS to ourselves
    cancel(need.cancelling), //                                       CANCEL
    retransmission(need.transactions), //                             t_check_trans()
    withinDialog({ routeSets: need.routeSets, relay: need.relay }), // WITHINDLG: loose_route(), relay
    sourceAddress(need.trustedSources), //                            AUTH: allow_source_address("200")
    digest(need), //                                                  AUTH: auth_check() or auth_challenge()
    noOpenRelay(local), //                                            AUTH: 403 Not relaying
    registrar({ local, ...need.registrar }), //                       REGISTRAR: save("location")
    permissions(need.rules), //                                       PERMISSIONS_AUTHORIZE: allow_routing()
    location({ local, locations: need.locations }), //                LOCATION: lookup("location")
    relay(need.relay), //                                             RELAY: record_route(), t_relay()
  ];
}
