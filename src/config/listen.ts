import { Invalid, type Kind } from './kind.js';

const PROTOCOLS = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/**
 * `PROTOCOL:HOST[:PORT]`. Only the shape is looked at here, so that a slip is reported with the place it came from;
 * the transport layer reads the address and says which protocols it has.
 */
export const listenAddress: Kind<string> = {
  word: 'protocol:host:port',
  parse(text) {
    const colon = text.indexOf(':');
    const protocol = text.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!PROTOCOLS.includes(protocol)) throw new Invalid(`must begin with one of ${PROTOCOLS.join(':, ')}:`);
    checkPort(text.slice(colon + 1));
    return text;
  },
};

function checkPort(rest: string): void {
  const hostEnd = rest.startsWith('[') ? rest.indexOf(']') + 1 : rest.indexOf(':');
  const host = hostEnd > 0 ? rest.slice(0, hostEnd) : rest;
  const port = rest.slice(host.length);
  if (host === '' || host.startsWith(':') || (host.startsWith('[') && hostEnd === 0))
    throw new Invalid('names no address');
  if (port !== '' && !(/^:[0-9]{1,5}$/.test(port) && Number(port.slice(1)) <= 65_535)) {
    throw new Invalid('must end in a port from 0 to 65535');
  }
}
