import { describe, expect, it } from 'vitest';
import { defaultPort, protocolNamed, transportParam } from '../../src/transport/protocol.js';

describe('a protocol', () => {
  it.each([
    ['UDP', 'udp', 5060, 'udp'],
    ['tcp', 'tcp', 5060, 'tcp'],
    ['TLS', 'tls', 5061, 'tls'],
    ['WS', 'ws', 80, 'ws'],
    ['Wss', 'wss', 443, 'ws'],
  ] as const)('%s has its name, port and parameter (RFC 3261 19.1.2, RFC 7118 5)', (name, protocol, port, param) => {
    expect(protocolNamed(name)).toBe(protocol);
    expect(defaultPort(name)).toBe(port);
    expect(transportParam(protocol)).toBe(param);
  });

  it.each(['SCTP', '', 'constructor'])('%s is none of ours', (name) => {
    expect(protocolNamed(name)).toBeUndefined();
    expect(defaultPort(name)).toBe(5060);
  });
});
