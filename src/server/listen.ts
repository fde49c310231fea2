import { networkInterfaces } from 'node:os';
import type { LoadedSettings } from '../config/load.js';
import { parseListen } from '../transport/listen-address.js';
import type { ListenAddress } from '../transport/transport.js';
import type { Log } from './log.js';

/** The addresses to listen on. Of the default ones those of IPv6 are left out on a machine that has none. */
export function listenAddresses(settings: LoadedSettings, log: Log): ListenAddress[] {
  const addresses = settings.get('listen').map(parseListen);
  if (settings.origin('listen') !== 'default' || hasIpv6()) return addresses;
  log.warn({ event: 'listen' }, 'this machine has no IPv6: not listening on it');
  return addresses.filter((address) => !address.host.includes(':'));
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6') === true);
}
