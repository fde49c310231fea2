import { describe, expect, it } from 'vitest';
import { parseAdvertise, parseListen } from '../../src/transport/listen-address.js';
import { LocalAddresses } from '../../src/transport/local-addresses.js';
import { OwnAddresses } from '../../src/transport/own-addresses.js';
import type { Listener } from '../../src/transport/transport.js';
import { VirtualClock } from '../../src/util/clock.js';

const local = new LocalAddresses(new VirtualClock(), () => ({
  eth0: [
    { family: 'IPv4', address: '192.0.2.7', cidr: '192.0.2.7/24', internal: false, netmask: '', mac: '' },
    {
      family: 'IPv6',
      address: '2001:db8::7',
      cidr: '2001:db8::7/64',
      internal: false,
      netmask: '',
      mac: '',
      scopeid: 0,
    },
  ],
}));

function listener(name: string): Listener {
  const { protocol, host, port } = parseListen(name);
  return { name, protocol, address: host, port, family: host.includes(':') ? 6 : 4 };
}

function own(names: readonly string[], advertise?: string): OwnAddresses {
  return new OwnAddresses(names.map(listener), local, advertise === undefined ? undefined : parseAdvertise(advertise));
}

describe('OwnAddresses', () => {
  it('knows the address and port of a listener, 5060 where none is written', () => {
    const addresses = own(['udp:192.0.2.7:5060', 'tcp:[2001:db8::7]:5070']);
    expect(addresses.has('192.0.2.7', 5060)).toBe(true);
    expect(addresses.has('192.0.2.7', undefined)).toBe(true);
    expect(addresses.has('[2001:db8::7]', 5070)).toBe(true);
    expect(addresses.has('[2001:DB8:0::0:7]', 5070)).toBe(true);
    expect(addresses.has('192.0.2.7', 5070)).toBe(false);
    expect(addresses.has('[2001:db8::7]', undefined)).toBe(false);
    expect(addresses.has('192.0.2.8', 5060)).toBe(false);
    expect(addresses.has('127.0.0.1', 5060)).toBe(false);
  });

  it('knows every address of the machine behind a wildcard, of its family', () => {
    const addresses = own(['udp:0.0.0.0:5060']);
    expect(addresses.has('192.0.2.7', 5060)).toBe(true);
    expect(addresses.has('127.0.0.1', undefined)).toBe(true);
    expect(addresses.has('0.0.0.0', 5060)).toBe(true);
    expect(addresses.has('192.0.2.7', 5070)).toBe(false);
    expect(addresses.has('192.0.2.8', 5060)).toBe(false);
    expect(addresses.has('[2001:db8::7]', 5060)).toBe(false);
    expect(addresses.has('[::1]', 5060)).toBe(false);
  });

  it('takes no port for the default one of a protocol that it listens with (RFC 3261 19.1.2, RFC 7118 5)', () => {
    expect(own(['tls:192.0.2.7']).has('192.0.2.7')).toBe(true);
    expect(own(['wss:192.0.2.7']).has('192.0.2.7')).toBe(true);
    expect(own(['tls:192.0.2.7:5060']).has('192.0.2.7')).toBe(false);
    expect(own(['udp:192.0.2.7:5080']).has('192.0.2.7')).toBe(false);
    expect(own(['tls:192.0.2.7']).has('192.0.2.8')).toBe(false);
  });

  it('does not take a name for its own unless it is advertised', () => {
    expect(own(['udp:0.0.0.0:5060']).has('sip.example.com', 5060)).toBe(false);
    expect(own(['udp:0.0.0.0:5060'], 'SIP.example.com').has('sip.EXAMPLE.com', undefined)).toBe(true);
    expect(own(['udp:0.0.0.0:5060'], 'sip.example.com:5070').has('sip.example.com', 5060)).toBe(false);
  });

  it("writes the listener's own address, for a wildcard the one that faces the target", () => {
    const addresses = own([]);
    expect(addresses.sentBy(listener('udp:192.0.2.7:5070'), '127.0.0.1')).toEqual({ host: '192.0.2.7', port: 5070 });
    expect(addresses.sentBy(listener('udp:0.0.0.0:5060'), '127.0.0.1')).toEqual({ host: '127.0.0.1', port: 5060 });
    expect(addresses.sentBy(listener('udp:0.0.0.0:5060'), '203.0.113.1')).toEqual({ host: '192.0.2.7', port: 5060 });
    expect(addresses.sentBy(listener('udp:[::]:5060'), '::1')).toEqual({ host: '[::1]', port: 5060 });
  });

  it('writes the advertised address, with its port where it has one', () => {
    const udp = listener('udp:0.0.0.0:5060');
    expect(own([], '203.0.113.9').sentBy(udp, '127.0.0.1')).toEqual({ host: '203.0.113.9', port: 5060 });
    expect(own([], 'sip.example.com:5070').sentBy(udp, '127.0.0.1')).toEqual({ host: 'sip.example.com', port: 5070 });
    expect(own([], '[2001:db8::9]').sentBy(listener('tcp:[::]:5060'), '::1')).toEqual({
      host: '[2001:db8::9]',
      port: 5060,
    });
  });

  it('advertises no port of UDP and TCP for what has another default', () => {
    const addresses = own([], 'sip.example.com:5070');
    expect(addresses.sentBy(listener('tls:0.0.0.0'), '127.0.0.1')).toEqual({ host: 'sip.example.com', port: 5061 });
    expect(addresses.sentBy(listener('wss:0.0.0.0:8443'), '::1')).toEqual({ host: 'sip.example.com', port: 8443 });
  });

  it('does not advertise an IPv4 address to IPv6 peers', () => {
    const addresses = own([], '203.0.113.9');
    expect(addresses.sentBy(listener('udp:[::]:5060'), '::1')).toEqual({ host: '[::1]', port: 5060 });
  });

  it('prefers the listener at the address that faces the target, then a wildcard, then any', () => {
    const [loopback, wildcard, outside] = ['udp:127.0.0.1:5060', 'udp:0.0.0.0:5070', 'udp:192.0.2.7:5060'].map(
      listener,
    );
    const all = [loopback, wildcard, outside] as Listener[];
    const addresses = own([]);
    expect(addresses.best(all, '127.0.0.1')).toBe(loopback);
    expect(addresses.best(all, '192.0.2.99')).toBe(outside);
    expect(addresses.best(all, '127.0.0.9')).toBe(wildcard);
    expect(addresses.best(all.slice(2), '127.0.0.1')).toBe(outside);
    expect(addresses.best([], '127.0.0.1')).toBeUndefined();
  });
});
