import { hasControlCharacter, Invalid, type Kind } from './kind.js';

const SCHEMES = ['sqlite', 'mysql', 'mariadb', 'postgres', 'postgresql', 'pgsql'];

/** The name of a database. Only the scheme is looked at here; src/storage reads the rest when it opens it. */
export const databaseUrl: Kind<string> = {
  word: 'url',
  secret: true,
  parse(text) {
    const scheme = text.slice(0, Math.max(text.indexOf(':'), 0)).toLowerCase();
    if (!SCHEMES.includes(scheme)) throw new Invalid(`must begin with one of ${SCHEMES.join(':, ')}:`);
    if (text.length > 4096 || hasControlCharacter(text)) throw new Invalid('is not the name of a database');
    return text;
  },
};

/** The URL with `***` for its password, whether that stands before the host or in the query. */
export function maskPassword(url: string): string {
  return maskQuery(maskAuthority(url));
}

function maskAuthority(url: string): string {
  const start = url.indexOf('://') + 3;
  const at = url.lastIndexOf('@');
  const colon = url.indexOf(':', start);
  if (start < 3 || at < 0 || colon < 0 || colon > at) return url;
  return `${url.slice(0, colon + 1)}***${url.slice(at)}`;
}

function maskQuery(url: string): string {
  const question = url.indexOf('?');
  if (question < 0) return url;
  const pairs = url.slice(question + 1).split('&');
  const masked = pairs.map((pair) => (/^(password|passwd|pw)=/i.test(pair) ? `${pair.split('=', 1)[0]}=***` : pair));
  return `${url.slice(0, question + 1)}${masked.join('&')}`;
}
