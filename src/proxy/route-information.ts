import { Edit } from '../sip/edit.js';
import { Header } from '../sip/header.js';
import { SipRequest } from '../sip/message.js';
import { parseNameAddr } from '../sip/name-addr.js';
import { parseMessage } from '../sip/parse.js';
import { formatUri, type SipUri, uriParam } from '../sip/uri.js';
import { defaultPort, protocolNamed } from '../transport/protocol.js';
import type { Source } from '../transport/transport.js';
import type { Local } from './local.js';
import { withoutParam } from './request-uri.js';

/**
 * Route information preprocessing (RFC 3261 16.4): the request as a loose router would have sent it, and without a
 * `maddr` that means ourselves. Answers the same message when there is nothing to change, which is nearly always.
 */
export function preprocessed(message: SipRequest, source: Source, local: Local): SipRequest {
  const { uri } = message;
  if (uri === undefined || uri.params === '') return message;
  if (uriParam(uri, 'did') !== undefined && local.isOurs(uri)) return fromStrictRouter(message);
  if (uriParam(uri, 'maddr') !== undefined) return withoutOwnMaddr(message, uri, source, local);
  return message;
}

/**
 * A strict router has put our Record-Route URI into the request line, and what was there to the end of Route. The last
 * Route value becomes the Request-URI again; ours goes on top, where the step `withinDialog` looks for its token.
 */
function fromStrictRouter(message: SipRequest): SipRequest {
  const routes = message.list(Header.Route);
  const target = parseNameAddr(routes.pop() ?? '')?.uriText;
  if (target === undefined) return message;
  const first = message.indexOf(Header.Route);
  const edit = new Edit(message).requestUri(target).value(first, [`<${message.requestUri}>`, ...routes].join(', '));
  for (let i = message.indexOf(Header.Route, first + 1); i >= 0; i = message.indexOf(Header.Route, i + 1)) {
    edit.remove(i);
  }
  return reread(edit, message);
}

/** The port and transport must be those that it came by: another one may be another server at our address. */
function withoutOwnMaddr(message: SipRequest, uri: SipUri, source: Source, local: Local): SipRequest {
  const transport = uriParam(uri, 'transport');
  const protocol = protocolNamed(transport ?? '') ?? (uri.scheme === 'sips' ? 'tls' : 'udp');
  const isHere = protocol === source.protocol && (uri.port ?? defaultPort(protocol)) === source.listener.port;
  if (!isHere || !local.isOurs({ ...uri, host: uriParam(uri, 'maddr') ?? '' })) return message;
  const params = withoutParam(uri.params, 'maddr');
  const plain = transport?.toLowerCase() === 'udp' ? params : withoutParam(params, 'transport');
  const port = uri.port === defaultPort(protocol) ? uri.port : undefined;
  return reread(new Edit(message).requestUri(formatUri({ ...uri, params: plain, port })), message);
}

/** The limits of a message hold for what we write too: a message that breaks them stays as it came. */
function reread(edit: Edit, message: SipRequest): SipRequest {
  const changed = parseMessage(edit.toString());
  return changed instanceof SipRequest ? changed : message;
}
