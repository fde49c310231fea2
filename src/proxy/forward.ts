import { Edit } from '../sip/edit.js';
import { Header } from '../sip/header.js';
import type { SipRequest, SipResponse } from '../sip/message.js';
import type { Interface } from './route-set.js';

/** What the proxy changes in a request that it forwards (RFC 3261 16.6); everything else passes octet for octet. */
export interface Forwarding {
  readonly requestUri: string;
  readonly maxForwards: number;
  readonly via: Interface;
  readonly branch: string;
  /** Values, top first. */
  readonly recordRoute: readonly string[];
  /** How many Route values on top are left out: ours, or all of a request that begins something. */
  readonly ownRoutes: number;
  /** Route values to put on top: the Path of a binding (RFC 3327). */
  readonly path: readonly string[];
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
  const maxForwards = message.indexOf(Header.MaxForwards);
  if (maxForwards === -1) edit.append('Max-Forwards', String(to.maxForwards));
  else edit.value(maxForwards, String(to.maxForwards));
  if (to.path.length > 0) edit.prepend('Route', to.path.join(', '));
  for (let i = to.recordRoute.length - 1; i >= 0; i--) edit.prepend('Record-Route', to.recordRoute[i] as string);
  const { protocol, host, port } = to.via;
  const at = port === 5060 ? host : `${host}:${port}`;
  return edit
    .prepend('Via', `SIP/2.0/${protocol.toUpperCase()} ${at};branch=${to.branch}`)
    .contentLengthIfMissing()
    .toString();
}

function isFor(value: string, realm: string | undefined): boolean {
  return realm !== undefined && value.toLowerCase().includes(`realm="${realm.toLowerCase()}"`);
}

/** The text of a response on its way back: without our Via (RFC 3261 16.7 step 3), with further challenges where given. */
export function forwardedResponse(response: SipResponse, headers: readonly (readonly [string, string])[] = []): string {
  const edit = new Edit(response).removeFirstElement(Header.Via);
  for (const [name, value] of headers) edit.append(name, value);
  return edit.toString();
}
