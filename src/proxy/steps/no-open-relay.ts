import type { Local } from '../local.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

/** Only our users and trusted sources may send to other domains through us. */
export function noOpenRelay(local: Local): Step {
  return {
    name: 'noOpenRelay',
    run(request) {
      if (local.isOurs(request.uri)) return CONTINUE;
      if (request.user !== undefined || request.trustedBy !== undefined) return CONTINUE;
      request.reply(403, 'Not relaying', { because: `${request.uri.host || request.uri.scheme} is not our domain` });
      return EXIT;
    },
  };
}
