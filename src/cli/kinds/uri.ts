import { Invalid, type Kind } from '../../config/kind.js';
// Not through sip/uri.js: this is loaded at every start, and needs nothing else of it.
import { parseUri } from '../../sip/uri/parse.js';

const MAX_URI = 512;

/** A SIP or SIPS URI (RFC 3261 section 19.1), in printable ASCII. */
export const sipUri: Kind<string> = {
  word: 'uri',
  parse(text) {
    if (text.length > MAX_URI) throw new Invalid(`is longer than ${MAX_URI} characters`);
    if (!/^[\x21-\x7e]+$/.test(text)) throw new Invalid('has characters that no URI may have');
    const uri = parseUri(text);
    if (uri === undefined || !uri.scheme.startsWith('sip') || uri.host === '') throw new Invalid('is not a SIP URI');
    return text;
  },
};
