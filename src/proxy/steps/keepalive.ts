import type { Local } from '../local.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

/** Answers the OPTIONS by which phones, carriers and monitors ask whether we live. */
export function keepalive(local: Local): Step {
  return {
    name: 'keepalive',
    run(request) {
      if (request.method !== 'OPTIONS' || request.uri.user !== '' || !local.isOurs(request.uri)) return CONTINUE;
      request.reply(200, 'Keepalive');
      return EXIT;
    },
  };
}
