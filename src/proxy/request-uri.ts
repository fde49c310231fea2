import { formatUri, parseUri } from '../sip/uri.js';

/** The parameter that RFC 3261 19.1.1 does not allow in a Request-URI. */
const METHOD = 'method';

/**
 * A URI as it may stand in a request line: without headers and without the parameter `method` (RFC 3261 16.6 step 2,
 * 19.1.1), all else as written.
 */
export function asRequestUri(text: string): string {
  if (!text.includes('?') && !text.toLowerCase().includes(`;${METHOD}`)) return text;
  const uri = parseUri(text);
  if (uri === undefined || uri.host === '') return text;
  const params = withoutParam(uri.params, METHOD);
  return params === uri.params && uri.headers === '' ? text : formatUri({ ...uri, params, headers: '' });
}

/** Raw URI parameters, with the leading `;`, without those of a name; the name is in lower case. */
export function withoutParam(params: string, name: string): string {
  if (!params.toLowerCase().includes(`;${name}`)) return params;
  return params
    .split(';')
    .filter((param) => (param.split('=', 1)[0] as string).toLowerCase() !== name)
    .join(';');
}
