import type { ProxyRequest } from '../request.js';
import type { RouteSet, RouteSets } from '../route-set.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface DialogRelay {
  /** Forwards a request of a dialog along what is left of its route set. */
  withinDialog(request: ProxyRequest, routeSet: RouteSet): void;
}

/** WITHINDLG of kamailio.cfg: requests with a To tag follow the route set that we gave to their dialog (RFC 3261 16.4). */
export function withinDialog(need: { routeSets: RouteSets; relay: DialogRelay }): Step {
  return {
    name: 'withinDialog',
    run(request) {
      if (!request.hasToTag) return request.method === 'ACK' ? drop(request) : CONTINUE;
      const routeSet = need.routeSets.read(request.message);
      if (routeSet.genuine) {
        need.relay.withinDialog(request, routeSet);
        return EXIT;
      }
      if (request.method === 'ACK') return drop(request);
      if (routeSet.own === 0)
        request.reply(404, 'Not here', { because: 'it belongs to no dialog that went through here' });
      else request.reply(481, 'Call/Transaction Does Not Exist', { because: 'its Route was not made for this dialog' });
      return EXIT;
    },
  };
}

/** The ACK of a reply that was made without a transaction ends here. */
function drop(request: ProxyRequest): typeof EXIT {
  request.drop('ACK without a transaction or a route');
  return EXIT;
}
