import type { RouteParts, Step } from './route-api.js';

/** What happens to a request, step by step: the request_route of kamailio.cfg with the additions of the seeds. */
export default function requestRoute(parts: RouteParts): readonly Step[] {
  return [
    parts.reqinit(), //        REQINIT: scanners, size, sanity, Max-Forwards
    parts.keepalive(), //      OPTIONS to ourselves
    parts.cancel(), //         CANCEL
    parts.retransmission(), // t_check_trans()
    parts.withinDialog(), //   WITHINDLG: loose_route(), relay
    parts.sourceAddress(), //  AUTH: allow_source_address("200")
    parts.digest(), //         AUTH: auth_check() or auth_challenge()
    parts.noOpenRelay(), //    AUTH: 403 Not relaying
    parts.registrar(), //      REGISTRAR: save("location")
    parts.permissions(), //    PERMISSIONS_AUTHORIZE: allow_routing()
    parts.location(), //       LOCATION: lookup("location")
    parts.relay(), //          RELAY: record_route(), t_relay()
  ];
}
