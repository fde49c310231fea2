import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/transport/transport.js';
import { freePort } from '../support/ports.js';
import { failureOf, message, mustBeSent, open, tcpPeer, tcpServer } from './support.js';

const LISTEN = ['tcp:127.0.0.1:0'];
const GARBAGE = message(1).replace('Content-Length: 0', 'Content-Length: x');

function towards(port: number, address = '127.0.0.1'): Target {
  return { protocol: 'tcp', address, port };
}

describe.each(['127.0.0.1', '::1'])('TCP at %s', (address) => {
  const host = address === '::1' ? '[::1]' : address;

  it('hands over a message with the connection that it came on, and replies there', async () => {
    const rig = await open([`tcp:${host}:0`]);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(message(1, 'body'));
    const { text, source } = await rig.messages.next();
    expect(text).toBe(message(1, 'body'));
    expect(source.protocol).toBe('tcp');
    expect(source.address).toBe(address);
    expect(source.port).toBe(peer.port);
    expect(source.localAddress).toBe(address);
    expect(source.listener).toBe(rig.listener());
    expect(source.connection?.closed).toBe(false);
    rig.transports.reply(source, message(2));
    await peer.until(message(2));
  });

  it('opens a connection to send a request, from the address of its listener, and uses it again', async () => {
    const rig = await open([`tcp:${host}:0`]);
    const server = await tcpServer(address);
    rig.transports.send(towards(server.port, address), message(1), mustBeSent);
    rig.transports.send(towards(server.port, address), message(2), mustBeSent);
    const peer = await server.peers.next();
    await peer.until(message(1) + message(2));
    expect(peer.socket.remoteAddress).toBe(address);
    rig.transports.send(towards(server.port, address), message(3), mustBeSent);
    await peer.until(message(3));
    expect(server.peers.rest).toEqual([]);
    peer.socket.write(message(4));
    const { source } = await rig.messages.next();
    expect(source.port).toBe(server.port);
    expect(source.listener).toBe(rig.listener());
  });
});

describe('TCP', () => {
  it('puts a message together however it is cut, inside CRLF too (RFC 3261 18.3)', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.setNoDelay(true);
    for (const octet of message(1, 'body\r\n\r\n')) {
      peer.socket.write(octet);
      await new Promise(setImmediate);
    }
    expect((await rig.messages.next()).text).toBe(message(1, 'body\r\n\r\n'));
  });

  it('takes several messages out of one segment, and keep-alives between them (RFC 3261 18.3)', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(`${message(1, 'a')}\r\n\r\n${message(2)}\r\n${message(3, 'c')}`);
    expect((await rig.messages.next()).text).toBe(message(1, 'a'));
    expect((await rig.messages.next()).text).toBe(message(2));
    expect((await rig.messages.next()).text).toBe(message(3, 'c'));
    expect(await peer.until('\r\n')).toBe('\r\n');
  });

  it('answers CRLFCRLF with one CRLF (RFC 5626 3.5.1)', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write('\r\n\r\n');
    expect(await peer.until('\r\n')).toBe('\r\n');
    expect(rig.garbage.rest).toEqual([]);
  });

  it('answers what can not be framed once, reads no more and closes (RFC 3261 18.3, security P8, P9)', async () => {
    const rig = await open(LISTEN, {
      receiver: (transports) => ({ garbage: (_text, _reason, source) => transports().reply(source, 'answer') }),
    });
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(GARBAGE + message(2));
    const { text, source } = await rig.garbage.next();
    expect(text).toContain('Content-Length: x');
    peer.socket.write(message(3));
    await peer.closed;
    expect(peer.text).toBe('answer');
    expect(source.connection?.closed).toBe(true);
    expect(rig.messages.rest).toEqual([]);
    expect(rig.garbage.rest).toEqual([]);
  });

  it('hangs up on a peer that goes on after garbage', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.allowHalfOpen = true;
    peer.socket.write(GARBAGE);
    await rig.garbage.next();
    await once(peer.socket, 'end');
    rig.clock.advance(2000);
    // Who has read the end learns of a reset only by writing.
    while (!peer.socket.destroyed) {
      peer.socket.write(message(2));
      await new Promise(setImmediate);
    }
    expect(rig.messages.rest).toEqual([]);
  });

  it('does not take a message over the limit (security P11, P12)', async () => {
    const rig = await open(LISTEN, { limits: { messageSize: 1000 } });
    const [long, endless] = [await tcpPeer(rig.listener()), await tcpPeer(rig.listener())];
    long.socket.write(message(1, 'x'.repeat(1000)));
    expect((await rig.garbage.next()).text).toMatch(/^MESSAGE /);
    endless.socket.write('MESSAGE sip:'.padEnd(2000, 'x'));
    expect((await rig.garbage.next()).text).toMatch(/^MESSAGE sip:x/);
    await Promise.all([long.closed, endless.closed]);
    expect(rig.messages.rest).toEqual([]);
  });

  it('closes a connection on which no message is complete after 30 s (slowloris)', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(`${message(1)}MESSAGE `);
    await rig.messages.next();
    rig.clock.advance(29_999);
    peer.socket.write(`sip:bob@127.0.0.1 SIP/2.0\r\n`);
    rig.clock.advance(1);
    await peer.closed;
  });

  it('closes a connection on which nothing ever comes after 30 s', async () => {
    const rig = await open(LISTEN);
    const [silent, alive] = [await tcpPeer(rig.listener()), await tcpPeer(rig.listener())];
    alive.socket.write(message(1));
    const { source } = await rig.messages.next();
    rig.clock.advance(30_000);
    await silent.closed;
    expect(source.connection?.closed).toBe(false);
  });

  it('closes a connection that was idle for 3605 s, keep-alives counting as life', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(message(1));
    const { source } = await rig.messages.next();
    rig.clock.advance(3_604_000);
    peer.socket.write('\r\n\r\n');
    await peer.until('\r\n');
    rig.clock.advance(3_604_000);
    expect(source.connection?.closed).toBe(false);
    rig.clock.advance(1000);
    await peer.closed;
  });

  it('forgets the timers of a connection that has ended', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(message(1));
    await rig.messages.next();
    peer.socket.destroy();
    await rig.transports.close();
    expect(rig.clock.waiting).toBe(0);
  });

  it('sends a reply nowhere when its connection is closed, and opens no other (security R10)', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(message(1));
    const { source } = await rig.messages.next();
    peer.socket.resetAndDestroy();
    await peer.closed;
    const other = await tcpPeer(rig.listener());
    rig.transports.reply(source, 'one');
    other.socket.write(message(2));
    const { source: second } = await rig.messages.next();
    rig.transports.reply(source, 'two');
    rig.transports.reply(second, 'three');
    expect(await other.until('three')).toBe('three');
  });

  it('answers a peer that has closed its half with what it had asked before', async () => {
    const rig = await open(LISTEN, {
      receiver: (transports) => ({ message: (text, source) => transports().reply(source, text) }),
    });
    const peer = await tcpPeer(rig.listener());
    peer.socket.end(message(1));
    await peer.closed;
    expect(peer.text).toBe(message(1));
  });

  it('sends a request on the connection of its target', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(message(1));
    const { connection } = (await rig.messages.next()).source;
    if (connection === undefined) throw new Error('a message by TCP came on no connection');
    rig.transports.send({ ...towards(1), connection }, message(2), mustBeSent);
    await peer.until(message(2));
  });

  it('finds the connection that a phone has opened by its address and port', async () => {
    const rig = await open([...LISTEN, ...LISTEN]);
    const peer = await tcpPeer(rig.listener(1));
    peer.socket.write(message(1));
    await rig.messages.next();
    expect(rig.transports.listenerFor(towards(peer.port))).toBe(rig.listener(1));
    rig.transports.send(towards(peer.port), message(2), mustBeSent);
    await peer.until(message(2));
  });

  it('reports everything that waits for a connection that is refused', async () => {
    const rig = await open(LISTEN);
    const port = await freePort(['127.0.0.1']);
    const failures = [1, 2].map((n) => failureOf((failed) => rig.transports.send(towards(port), message(n), failed)));
    for (const failure of await Promise.all(failures)) expect(failure.message).toContain('ECONNREFUSED');
  });

  it('gives up a connection that is not there after 5 s', async () => {
    const rig = await open(LISTEN);
    const server = await tcpServer();
    const failure = failureOf((failed) => rig.transports.send(towards(server.port), message(1), failed));
    // Before the event loop turns, no connection can be there.
    rig.clock.advance(5000);
    expect((await failure).message).toBe('no answer in time');
  });

  it.each([
    ['port 70000', towards(70_000)],
    ['a multicast group', towards(5060, '224.0.1.75')],
    ['IPv6 without a listener for it', towards(5060, '::1')],
    ['UDP without a listener for it', { ...towards(5060), protocol: 'udp' } as const],
  ])('reports that there is no way to %s', async (_what, target) => {
    const rig = await open(LISTEN);
    expect(await failureOf((failed) => rig.transports.send(target, message(1), failed))).toBeInstanceOf(Error);
  });

  it('closes the connection of a peer that does not read', async () => {
    const rig = await open(LISTEN, { limits: { unsent: 100_000 } });
    const server = await tcpServer();
    const target = towards(server.port);
    rig.transports.send(target, message(1), mustBeSent);
    const peer = await server.peers.next();
    await peer.until(message(1));
    peer.socket.pause();
    const big = message(2, 'x'.repeat(60_000));
    const failure = await failureOf(async (failed) => {
      let hasFailed = false;
      while (!hasFailed) {
        rig.transports.send(target, big, (error) => {
          hasFailed = true;
          failed(error);
        });
        await new Promise(setImmediate);
      }
    });
    expect(failure.message).toBe('the peer does not read');
    peer.socket.resume();
    await peer.closed;
  });

  it('refuses connections over the limit, says so once a minute, and takes new ones when there is room', async () => {
    const rig = await open(LISTEN, { limits: { connections: 1 } });
    const first = await tcpPeer(rig.listener());
    first.socket.write(message(1));
    await rig.messages.next();
    for (const _ of [1, 2]) await (await tcpPeer(rig.listener())).closed;
    expect(rig.warnings).toEqual(['too many TCP connections, refusing new ones']);
    expect(await failureOf((failed) => rig.transports.send(towards(9), message(1), failed))).toBeInstanceOf(Error);
    first.socket.destroy();
    await first.closed;
    await takesMessages();

    async function takesMessages(): Promise<void> {
      for (let isTaken = false; !isTaken; ) {
        const peer = await tcpPeer(rig.listener());
        peer.socket.write(message(2));
        isTaken = await Promise.race([rig.messages.next().then(() => true), peer.closed.then(() => false)]);
      }
    }
  });

  it('refuses connections over the limit for one address', async () => {
    const rig = await open(LISTEN, { limits: { connectionsPerSource: 1 } });
    const first = await tcpPeer(rig.listener(), '127.0.0.1');
    await (await tcpPeer(rig.listener(), '127.0.0.1')).closed;
    const other = await tcpPeer(rig.listener(), '127.0.0.2');
    for (const peer of [first, other]) {
      peer.socket.write(message(1));
      expect((await rig.messages.next()).source.port).toBe(peer.port);
    }
  });

  it('listens on 0.0.0.0 and [::] side by side with the same port', async () => {
    const port = await freePort(['0.0.0.0', '::']);
    const four = await open([`tcp:0.0.0.0:${port}`]);
    const six = await open([`tcp:[::]:${port}`]);
    const [peerFour, peerSix] = [await tcpPeer(four.listener()), await tcpPeer(six.listener())];
    peerFour.socket.write(message(4));
    peerSix.socket.write(message(6));
    const { source } = await four.messages.next();
    expect(source.address).toBe('127.0.0.1');
    expect(source.localAddress).toBe('127.0.0.1');
    expect((await six.messages.next()).source.localAddress).toBe('::1');
  });
});
