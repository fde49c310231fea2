import { describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.js';
import { failureOf, message, mustBeSent, open, udpPeer } from './support.js';

describe.each(['127.0.0.1', '::1'])('UDP at %s', (address) => {
  const host = address === '::1' ? '[::1]' : address;

  it('hands over a datagram with where it came from', async () => {
    const rig = await open([`udp:${host}:0`]);
    const peer = await udpPeer(address);
    peer.send(message(1), rig.listener());
    const { text, source } = await rig.messages.next();
    expect(text).toBe(message(1));
    expect(source.protocol).toBe('udp');
    expect(source.address).toBe(address);
    expect(source.port).toBe(peer.port);
    expect(source.localAddress).toBe(address);
    expect(source.listener).toBe(rig.listener());
    expect(source.listener.name).toBe(`udp:${host}:${rig.listener().port}`);
    expect(source.connection).toBeUndefined();
  });

  it('replies to the source from the socket that the request came to (RFC 3581 4)', async () => {
    const rig = await open([`udp:${host}:0`, `udp:${host}:0`]);
    const peer = await udpPeer(address);
    peer.send(message(1), rig.listener(1));
    rig.transports.reply((await rig.messages.next()).source, 'reply');
    const { text, from } = await peer.inbox.next();
    expect(text).toBe('reply');
    expect(from.address).toBe(address);
    expect(from.port).toBe(rig.listener(1).port);
  });

  it('sends a request from the listener that is named', async () => {
    const rig = await open([`udp:${host}:0`, `udp:${host}:0`]);
    const peer = await udpPeer(address);
    const target = { protocol: 'udp', address, port: peer.port, listener: rig.listener(1) } as const;
    rig.transports.send(target, message(1), mustBeSent);
    const { text, from } = await peer.inbox.next();
    expect(text).toBe(message(1));
    expect(from.port).toBe(rig.listener(1).port);
  });
});

describe('UDP', () => {
  it('keeps every octet as it is', async () => {
    const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => (octet + 65) % 256));
    const rig = await open(['udp:127.0.0.1:0']);
    const peer = await udpPeer();
    peer.send(octets, rig.listener());
    const { text, source } = await rig.messages.next();
    expect(Buffer.from(text, 'latin1')).toEqual(octets);
    rig.transports.reply(source, text);
    expect((await peer.inbox.next()).text).toBe(text);
  });

  it.each([
    ['an empty datagram', Buffer.alloc(0)],
    ['one octet', Buffer.from('\0')],
    ['four octets', Buffer.from('jaK!')],
    ['a keep-alive', Buffer.from('\r\n\r\n')],
    ['empty lines', Buffer.from('\r\n\r\n\r\n\r\n')],
    ['a STUN request', Buffer.from('000100002112a442000102030405060708090a0b', 'hex')],
  ])('is silent about %s (RFC 5626 3.5.1, 8)', async (_what, datagram) => {
    const rig = await open(['udp:127.0.0.1:0']);
    const peer = await udpPeer();
    peer.send(datagram, rig.listener());
    peer.send(message(1), rig.listener());
    expect((await rig.messages.next()).text).toBe(message(1));
    expect(rig.messages.rest).toEqual([]);
  });

  it('hands over a message whose method begins with a mark (RFC 4475 3.1.1.2)', async () => {
    const rig = await open(['udp:127.0.0.1:0']);
    const peer = await udpPeer();
    peer.send('!interesting-Method sip:a@b SIP/2.0\r\n\r\n', rig.listener());
    expect((await rig.messages.next()).text).toMatch(/^!interesting/);
  });

  it('listens on 0.0.0.0 and [::] side by side with the same port', async () => {
    const port = await freePort(['0.0.0.0', '::']);
    const four = await open([`udp:0.0.0.0:${port}`]);
    const six = await open([`udp:[::]:${port}`]);
    const [peerFour, peerSix] = [await udpPeer(), await udpPeer('::1')];
    peerFour.send(message(4), four.listener());
    peerSix.send(message(6), six.listener());
    const { source } = await four.messages.next();
    expect(source.address).toBe('127.0.0.1');
    expect(source.localAddress).toBe('127.0.0.1');
    expect((await six.messages.next()).source.localAddress).toBe('::1');
    four.transports.reply(source, 'reply');
    expect((await peerFour.inbox.next()).text).toBe('reply');
  });

  it.each([
    ['a message that no datagram holds', '127.0.0.1', 5060, 'x'.repeat(70_000)],
    ['port 0', '127.0.0.1', 0, 'x'],
    ['port 70000', '127.0.0.1', 70_000, 'x'],
    ['a multicast group', '224.0.1.75', 5060, 'x'],
    ['everybody', '255.255.255.255', 5060, 'x'],
    ['no address', '', 5060, 'x'],
    ['a name', 'localhost', 5060, 'x'],
  ])('reports that it can not send %s', async (_what, address, port, text) => {
    const rig = await open(['udp:127.0.0.1:0']);
    const target = { protocol: 'udp', address, port } as const;
    let hasReturned = false;
    const failed = failureOf((failed) =>
      rig.transports.send(target, text, (error) => {
        expect(hasReturned).toBe(true);
        failed(error);
      }),
    );
    hasReturned = true;
    expect(await failed).toBeInstanceOf(Error);
  });

  it('does not mind a forged source port 0', async () => {
    const rig = await open(['udp:127.0.0.1:0']);
    const listener = rig.listener();
    const source = { protocol: 'udp', address: '127.0.0.1', port: 0, listener, localAddress: '127.0.0.1' } as const;
    rig.transports.reply(source, 'reply');
    const peer = await udpPeer();
    peer.send(message(1), listener);
    expect((await rig.messages.next()).text).toBe(message(1));
  });

  it('does not mind a reply after its end', async () => {
    const rig = await open(['udp:127.0.0.1:0']);
    const peer = await udpPeer();
    peer.send(message(1), rig.listener());
    const { source } = await rig.messages.next();
    await rig.transports.close();
    rig.transports.reply(source, 'reply');
    const target = { protocol: 'udp', address: '127.0.0.1', port: peer.port } as const;
    expect(await failureOf((failed) => rig.transports.send(target, 'x', failed))).toBeInstanceOf(Error);
  });
});
