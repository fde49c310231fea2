import { describe, expect, it } from 'vitest';
import { parseVia, stampedVia, type Via } from '../../src/sip/via.js';

describe('parseVia (RFC 3261 20.42)', () => {
  it('reads protocol, sent-by and the parameters that routing needs', () => {
    expect(parseVia('SIP/2.0/udp H.test:5062;rport;BRANCH=z9hG4bK1;received=192.0.2.9;maddr=224.2.0.1;ttl=1')).toEqual({
      protocol: 'UDP',
      host: 'H.test',
      port: 5062,
      branch: 'z9hG4bK1',
      received: '192.0.2.9',
      rport: '',
      maddr: '224.2.0.1',
      params: ';rport;BRANCH=z9hG4bK1;received=192.0.2.9;maddr=224.2.0.1;ttl=1',
    });
  });

  it.each([
    ['SIP / 2.0 / UDP  h : 5060 ; branch = b ', 'UDP', 'h', 5060, 'b'],
    ['SIP/2.0/TLS-SCTP h;branch=b', 'TLS-SCTP', 'h', undefined, 'b'],
    ['SIP/2.0/UDP [2001:db8::1]:5060;branch=b', 'UDP', '[2001:db8::1]', 5060, 'b'],
    ['SIP/2.0/UDP\th', 'UDP', 'h', undefined, undefined],
    ['SIP/2.0/WSS df7jal23ls0d.invalid;branch="q b"', 'WSS', 'df7jal23ls0d.invalid', undefined, 'q b'],
  ])('reads %j', (element, protocol, host, port, branch) => {
    expect(parseVia(element)).toMatchObject({ protocol, host, port, branch });
  });

  it.each(['2001:db8::9:255', '[2001:db8::9:255]'])('accepts received=%s (RFC 5118 4.5)', (received) => {
    expect(parseVia(`SIP/2.0/UDP h;received=${received}`)?.received).toBe(received);
  });

  it.each([
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 UDP h',
    'SIP/2.0/UDP :]',
    'SIP/2.0/UDP []',
    'SIP/2.0/UDP h:',
    'SIP/2.0/UDP h:999999999',
    'SIP/2.0/UDP h:5060x',
    'SIP/2.0/UDP h\0',
    'SIP/2.0/UDP h;;branch=b',
    'SIP/2.0/UDP h;branch=',
    'SIP/2.0/UDP h;branch="b',
    'SIP/2.0/UDP h i',
    'SIP/2.0/UDP h;a, SIP/2.0/UDP i',
    'SIP//UDP h',
    '/2.0/UDP h',
  ])('refuses %j (P6)', (element) => {
    expect(parseVia(element)).toBeUndefined();
  });
});

describe('stampedVia (RFC 3261 18.2.1, RFC 3581)', () => {
  const stamp = (element: string) => stampedVia(element, (parseVia(element) as Via).params, '192.0.2.9', 40000);

  it('adds received and rport whether asked or not', () => {
    expect(stamp('SIP/2.0/UDP h;branch=b')).toBe('SIP/2.0/UDP h;branch=b;rport=40000;received=192.0.2.9');
    expect(stamp('SIP/2.0/UDP h')).toBe('SIP/2.0/UDP h;rport=40000;received=192.0.2.9');
    expect(stamp('SIP/2.0/UDP h;rport;branch=b')).toBe('SIP/2.0/UDP h;branch=b;rport=40000;received=192.0.2.9');
  });

  it('overwrites what the client claims, as often as it claims it (R6)', () => {
    const stamped = stamp('SIP/2.0/UDP h;received=198.51.100.1;RPort=1;branch=b;received="x";rport=2 ');
    expect(stamped).toBe('SIP/2.0/UDP h;branch=b;rport=40000;received=192.0.2.9');
  });

  it('leaves every other octet as it was', () => {
    expect(stamp('SIP / 2.0/UDP h : 5 ; x = "a;rport=1" ;BRANCH=b ; y')).toBe(
      'SIP / 2.0/UDP h : 5 ; x = "a;rport=1" ;BRANCH=b ; y;rport=40000;received=192.0.2.9',
    );
  });
});
