/** URIs of RFC 3261 section 19.1, as one import for the rest of the program. */
export { hostKey } from './host.js';
export { sameUri } from './uri/compare.js';
export { unescapeUser } from './uri/escape.js';
export { formatUri, uriParam } from './uri/params.js';
export { parseUri } from './uri/parse.js';
export type { SipUri } from './uri/types.js';
