import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors.js';
import { freePort } from '../support/ports.js';
import { open, tcpPeer, udpPeer } from './support.js';

function problemOf(addresses: readonly string[], advertise?: string): Promise<unknown> {
  return open(addresses, advertise === undefined ? {} : { advertise }).catch((error) => error);
}

describe('openTransports', () => {
  it.each(['udp', 'tcp'])('refuses a port that another server has, over %s', async (protocol) => {
    const first = await open([`${protocol}:127.0.0.1:0`]);
    const { name } = first.listener();
    const problem = await problemOf([name]);
    expect(problem).toBeInstanceOf(Failure);
    expect(problem).toMatchObject({ code: 'FAILED', message: `${name} is in use by another program` });
  });

  it.each(['udp', 'tcp'])('refuses an address that the machine does not have, over %s', async (protocol) => {
    const problem = await problemOf([`${protocol}:192.0.2.254:0`]);
    expect(problem).toMatchObject({ code: 'FAILED', details: { code: 'EADDRNOTAVAIL', withoutIpv6: false } });
  });

  it('closes what it has opened when one address can not be had', async () => {
    const other = await open(['tcp:127.0.0.1:0']);
    const port = await freePort(['127.0.0.1']);
    const free = [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`];
    expect(await problemOf([...free, other.listener().name])).toBeInstanceOf(Failure);
    const again = await open(free);
    expect(again.transports.listeners.map((listener) => listener.name)).toEqual(free);
  });

  it('listens on a name', async () => {
    const rig = await open(['udp:localhost:0']);
    expect(['127.0.0.1', '::1']).toContain(rig.listener().address);
  });

  it('refuses an address to advertise that is none', async () => {
    expect(await problemOf(['udp:127.0.0.1:0'], 'no/host')).toMatchObject({ code: 'CONFIG' });
  });

  it('chooses the listener by protocol, family and address', async () => {
    const names = ['udp:127.0.0.1:0', 'udp:127.0.0.2:0', 'udp:[::1]:0', 'tcp:127.0.0.1:0'];
    const { transports, listener } = await open(names);
    const to = (protocol: 'udp' | 'tcp', address: string) =>
      transports.listenerFor({ protocol, address, port: 5060 })?.name;
    expect(to('udp', '127.0.0.1')).toBe(listener(0).name);
    expect(to('udp', '127.0.0.2')).toBe(listener(1).name);
    expect(to('udp', '::1')).toBe(listener(2).name);
    expect(to('tcp', '127.0.0.1')).toBe(listener(3).name);
    expect(to('tcp', '::1')).toBeUndefined();
  });

  it('takes the named listener, unless it can not carry the protocol or is not ours', async () => {
    const { transports, listener } = await open(['udp:127.0.0.1:0', 'udp:127.0.0.2:0', 'tcp:127.0.0.1:0']);
    const stranger = { ...listener(1) };
    const target = { protocol: 'udp', address: '127.0.0.1', port: 5060 } as const;
    expect(transports.listenerFor({ ...target, listener: listener(1) })).toBe(listener(1));
    expect(transports.listenerFor({ ...target, listener: listener(2) })).toBe(listener(0));
    expect(transports.listenerFor({ ...target, listener: stranger })).toBe(listener(0));
  });

  it('knows its own addresses', async () => {
    const { transports, listener } = await open(['udp:127.0.0.1:0'], { advertise: 'sip.example.com:5070' });
    expect(transports.isLocal('127.0.0.1', listener().port)).toBe(true);
    expect(transports.isLocal('sip.example.com', 5070)).toBe(true);
    expect(transports.isLocal('127.0.0.2', listener().port)).toBe(false);
    expect(transports.sentBy(listener(), '127.0.0.1')).toEqual({ host: 'sip.example.com', port: 5070 });
  });

  it('frees its ports and hangs up when it is closed, once or twice', async () => {
    const port = await freePort(['127.0.0.1']);
    const names = [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`];
    const first = await open(names);
    const peer = await tcpPeer(first.listener(1));
    await Promise.all([first.transports.close(), first.transports.close()]);
    await peer.closed;
    const second = await open(names);
    const other = await udpPeer();
    other.send('OPTIONS', second.listener());
    expect((await second.messages.next()).text).toBe('OPTIONS');
  });
});
