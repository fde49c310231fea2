import type { ProxyRequest } from '../request.js';
import { EXIT, type Step } from '../step.js';

export interface Forwarder {
  relay(request: ProxyRequest): void;
}

/** `record_route(); t_relay()`: forwards the request to its targets. */
export function relay(forwarder: Forwarder): Step {
  return {
    name: 'relay',
    run(request) {
      forwarder.relay(request);
      return EXIT;
    },
  };
}
