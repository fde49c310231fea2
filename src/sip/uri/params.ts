import { equalsFolded } from '../chars.js';
import type { SipUri } from './types.js';

/** A URI parameter by name, without case: '' when it has no value, undefined when absent. The value is as written. */
export function uriParam(uri: SipUri, name: string): string | undefined {
  const params = uri.params;
  if (params === '') return undefined;
  const lower = name.toLowerCase();
  for (let start = 1; start <= params.length; ) {
    const semicolon = params.indexOf(';', start);
    const end = semicolon < 0 ? params.length : semicolon;
    const equals = params.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    if (equalsFolded(params, start, nameEnd, lower)) return params.slice(nameEnd + 1, end);
    start = end + 1;
  }
  return undefined;
}

/** The text of a URI; `parseUri` of it gives the same parts. */
export function formatUri(uri: SipUri): string {
  const headers = uri.headers === '' ? '' : `?${uri.headers}`;
  if (uri.host === '') return `${uri.scheme}:${uri.user}${uri.params}${headers}`;
  const password = uri.password === undefined ? '' : `:${uri.password}`;
  const user = uri.user === '' ? '' : `${uri.user}${password}@`;
  const port = uri.port === undefined ? '' : `:${uri.port}`;
  return `${uri.scheme}:${user}${uri.host}${port}${uri.params}${headers}`;
}
