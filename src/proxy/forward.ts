import { Edit } from '../sip/edit.js';
import { Header } from '../sip/header.js';
import type { SipRequest, SipResponse } from '../sip/message.js';
import { hostPort, type Interface } from './interface.js';

/** What the proxy changes in a request that it forwards (RFC 3261 16.6); everything else passes octet for octet. */
export interface Forwarding {
  readonly requestUri: string;
  readonly maxForwards: number;
  /** Undefined in what may not fork: ACK and CANCEL (RFC 5393 5.3). */
  readonly maxBreadth: number | undefined;
  readonly via: Interface;
  readonly branch: string;
  /** Values, top first. */
  readonly recordRoute: readonly string[];
  /** How many Route values on top are left out: ours, or all of a request that begins something. */
  readonly ownRoutes: number;
  /** Route values to put on top: the Path of a binding (RFC 3327). */
  readonly path: readonly string[];
  /** The value to put below all others of Route, for a next hop that is a strict router (RFC 3261 16.6 step 6). */
  readonly lastRoute: string | undefined;
  /** The Contact to write instead, of a phone behind a NAT. */
  readonly contact: string | undefined;
  /** The realm whose credentials we have used up (Kamailio's consume_credentials). */
  readonly consumedRealm: string | undefined;
}

/** The text of the request as it goes out on one branch. */
export function forwardedRequest(message: SipRequest, to: Forwarding): string {
  const edit = new Edit(message).requestUri(to.requestUri);
  for (let left = to.ownRoutes; left > 0; left--) edit.removeFirstElement(Header.Route);
  for (
    let i = message.indexOf(Header.ProxyAuthorization);
    i >= 0;
    i = message.indexOf(Header.ProxyAuthorization, i + 1)
  ) {
    if (isFor(message.value(i), to.consumedRealm)) edit.remove(i);
  }
  number(edit, message, Header.MaxForwards, 'Max-Forwards', to.maxForwards);
  if (to.maxBreadth !== undefined) number(edit, message, Header.MaxBreadth, 'Max-Breadth', to.maxBreadth);
  if (to.contact !== undefined) edit.value(message.indexOf(Header.Contact), to.contact);
  if (to.lastRoute !== undefined) edit.append('Route', to.lastRoute);
  if (to.path.length > 0) edit.prepend('Route', to.path.join(', '));
  for (let i = to.recordRoute.length - 1; i >= 0; i--) edit.prepend('Record-Route', to.recordRoute[i] as string);
  return edit
    .prepend('Via', `SIP/2.0/${to.via.protocol.toUpperCase()} ${hostPort(to.via)};branch=${to.branch}`)
    .contentLengthIfMissing()
    .toString();
}

/** Writes a number into a header field that stands at most once. */
function number(
  edit: Edit,
  message: SipRequest,
  id: typeof Header.MaxForwards | typeof Header.MaxBreadth,
  name: string,
  value: number,
): void {
  const i = message.indexOf(id);
  if (i === -1) edit.append(name, String(value));
  else edit.value(i, String(value));
}

function isFor(value: string, realm: string | undefined): boolean {
  return realm !== undefined && value.toLowerCase().includes(`realm="${realm.toLowerCase()}"`);
}

/** What the proxy changes in a response besides its own Via. */
export interface Returning {
  /** Header fields to add: the challenges of other branches. */
  readonly headers?: readonly (readonly [string, string])[];
  /** The Contact to write instead, of a phone behind a NAT. */
  readonly contact?: string | undefined;
}

/** The text of a response on its way back: without our Via (RFC 3261 16.7 step 3). */
export function forwardedResponse(response: SipResponse, { headers = [], contact }: Returning = {}): string {
  const edit = new Edit(response).removeFirstElement(Header.Via);
  if (contact !== undefined) edit.value(response.indexOf(Header.Contact), contact);
  for (const [name, value] of headers) edit.append(name, value);
  return edit.toString();
}
