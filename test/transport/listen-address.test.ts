import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { listenFailure, listenName, parseAdvertise, parseListen } from '../../src/transport/listen-address.js';

describe('parseListen', () => {
  it.each([
    ['udp:0.0.0.0:5060', { protocol: 'udp', host: '0.0.0.0', port: 5060 }],
    ['tcp:[::1]:5070', { protocol: 'tcp', host: '::1', port: 5070 }],
    ['udp:127.0.0.1', { protocol: 'udp', host: '127.0.0.1', port: 5060 }],
    ['tcp:[::]', { protocol: 'tcp', host: '::', port: 5060 }],
    ['tls:[::]', { protocol: 'tls', host: '::', port: 5061 }],
    ['ws:0.0.0.0', { protocol: 'ws', host: '0.0.0.0', port: 80 }],
    ['wss:0.0.0.0', { protocol: 'wss', host: '0.0.0.0', port: 443 }],
    ['wss:127.0.0.1:8443', { protocol: 'wss', host: '127.0.0.1', port: 8443 }],
    ['UDP:localhost:0', { protocol: 'udp', host: 'localhost', port: 0 }],
  ])('reads %s', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  it.each([
    '',
    'udp',
    'udp:',
    'udp::5060',
    'sctp:127.0.0.1:5060',
    '127.0.0.1:5060',
    'udp:::1:5060',
    'udp:[::1:5060',
    'udp:[127.0.0.1]:5060',
    'udp:127.0.0.1:',
    'udp:127.0.0.1:65536',
    'udp:127.0.0.1:-1',
    'udp:127.0.0.1:5060x',
    'udp:[::1]5060',
    'udp:127.1:5060',
    'udp:a b:5060',
  ])('refuses "%s" and says why', (text) => {
    expect(() => parseListen(text)).toThrow(Failure);
    expect(() => parseListen(text)).toThrow(`"${text}" is no address to listen on: the `);
  });

  it.each(['udp:127.0.0.1:5060', 'tcp:[::1]:5060'])('reads the name of the listener %s back', (name) => {
    const { protocol, host, port } = parseListen(name);
    expect(listenName(protocol, host, port)).toBe(name);
  });
});

describe('parseAdvertise', () => {
  it.each([
    ['sip.example.com', { host: 'sip.example.com', port: undefined }],
    ['192.0.2.1:5070', { host: '192.0.2.1', port: 5070 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: undefined }],
  ])('reads %s', (text, expected) => {
    expect(parseAdvertise(text)).toEqual(expected);
  });

  it.each(['', '2001:db8::1', 'sip.example.com:x', 'sip:a@b'])('refuses "%s"', (text) => {
    expect(() => parseAdvertise(text)).toThrow(/is no address to advertise/);
  });
});

describe('listenFailure', () => {
  const failureFor = (code: string, host = '127.0.0.1') =>
    listenFailure({ protocol: 'udp', host, port: 80 }, Object.assign(new Error(`bind ${code}`), { code }));

  it.each(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'])('names the address and a way out for %s', (code) => {
    const failure = failureFor(code);
    expect(failure.code).toBe('FAILED');
    expect(failure.message).toMatch(/^udp:127\.0\.0\.1:80 /);
    expect(failure.hint).toBeDefined();
    expect(failure.details).toMatchObject({ code, withoutIpv6: false });
  });

  it.each([
    ['EAFNOSUPPORT', '::1'],
    ['EADDRNOTAVAIL', '::'],
  ])('says that the machine has no IPv6 for %s at %s', (code, host) => {
    const failure = failureFor(code, host);
    expect(failure.message).toMatch(/this machine has no IPv6/);
    expect(failure.details).toMatchObject({ withoutIpv6: true });
  });

  it('gives the reason of the system for anything else', () => {
    expect(failureFor('EMFILE').message).toContain('bind EMFILE');
  });
});
