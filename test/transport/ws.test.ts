import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { Listener, Target } from '../../src/transport/transport.js';
import { Authority } from '../support/certificates.js';
import { havePeers } from '../support/peers.mjs';
import { until } from '../support/until.js';
import { failureOf, Inbox, message, mustBeSent, open, reachable, type TcpPeer, tcpPeer } from './support.js';

const LISTEN = ['ws:127.0.0.1:0'];

interface WsPeer {
  readonly webSocket: WebSocket;
  readonly messages: Inbox<{ readonly text: string; readonly isBinary: boolean }>;
  readonly pongs: Inbox<string>;
  /** The code that it was closed with, 1006 when there was none. */
  readonly closed: Promise<number>;
}

function urlOf(to: Listener): string {
  const host = reachable(to);
  return `${to.protocol}://${to.family === 6 ? `[${host}]` : host}:${to.port}/any/path`;
}

/** A browser or what behaves like one. */
async function wsPeer(to: Listener, options: ClientOptions = {}, protocols: string[] = ['sip']): Promise<WsPeer> {
  const webSocket = new WebSocket(urlOf(to), protocols, { perMessageDeflate: false, ...options });
  const [messages, pongs] = [new Inbox<{ text: string; isBinary: boolean }>(), new Inbox<string>()];
  webSocket.on('message', (data: Buffer, isBinary) => messages.push({ text: data.toString('latin1'), isBinary }));
  webSocket.on('pong', (data) => pongs.push(data.toString()));
  const closed = new Promise<number>((resolve) => webSocket.once('close', (code) => resolve(code)));
  onTestFinished(() => webSocket.terminate());
  await once(webSocket, 'open');
  webSocket.on('error', () => undefined);
  return { webSocket, messages, pongs, closed };
}

/** The octets of a frame that no client library would send. */
function frame(first: number, payload: string, { mask = true, length = payload.length } = {}): Buffer {
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127 | (mask ? 0x80 : 0);
  head.writeBigUInt64BE(BigInt(length), 2);
  // A mask of zeros changes nothing.
  return Buffer.concat([head, Buffer.alloc(mask ? 4 : 0), Buffer.from(payload, 'latin1')]);
}

const [TEXT, BINARY, MORE, LAST, PING] = [0x81, 0x82, 0x01, 0x80, 0x89];

const REQUEST = {
  Host: 'sip.example.com',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Protocol': 'sip',
};

/** A peer that has asked for a WebSocket in so many words. */
async function asking(to: Listener, headers: Readonly<Record<string, string | undefined>> = {}): Promise<TcpPeer> {
  const peer = await tcpPeer(to);
  const lines = Object.entries({ ...REQUEST, ...headers }).filter(([, value]) => value !== undefined);
  peer.socket.write(`GET / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  return peer;
}

describe.each(['127.0.0.1', '::1'])('WebSocket at %s', (address) => {
  const host = address === '::1' ? '[::1]' : address;

  it('hands over a message with the connection that it came on, and replies there', async () => {
    const rig = await open([`ws:${host}:0`]);
    const peer = await wsPeer(rig.listener());
    expect(peer.webSocket.protocol).toBe('sip');
    peer.webSocket.send(message(1, 'body'));
    const { text, source } = await rig.messages.next();
    expect(text).toBe(message(1, 'body'));
    expect(source.protocol).toBe('ws');
    expect(source.address).toBe(address);
    expect(source.localAddress).toBe(address);
    expect(source.listener.name).toBe(`ws:${host}:${rig.listener().port}`);
    rig.transports.reply(source, message(2));
    expect(await peer.messages.next()).toEqual({ text: message(2), isBinary: false });
  });
});

describe('WebSocket', () => {
  it('takes one message from each WebSocket message, text or binary, with or without Content-Length (RFC 7118 5)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    const without = message(2, 'two bodies').replace(/Content-Length: \d+\r\n/, '');
    peer.webSocket.send(message(1));
    peer.webSocket.send(Buffer.from(without), { binary: true });
    peer.webSocket.send(message(3) + message(4));
    expect((await rig.messages.next()).text).toBe(message(1));
    expect((await rig.messages.next()).text).toBe(without);
    expect((await rig.messages.next()).text).toBe(message(3) + message(4));
  });

  it('keeps every octet: what is no UTF-8 goes and comes as binary', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
    peer.webSocket.send(octets, { binary: true });
    const { text, source } = await rig.messages.next();
    expect(Buffer.from(text, 'latin1')).toEqual(octets);
    rig.transports.reply(source, text);
    expect(await peer.messages.next()).toEqual({ text, isBinary: true });
    const utf8 = Buffer.from('Grüße').toString('latin1');
    rig.transports.reply(source, utf8);
    expect(await peer.messages.next()).toEqual({ text: utf8, isBinary: false });
  });

  it('carries 60000 octets either way (no size rule of UDP)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    const big = message(1, 'x'.repeat(60_000));
    peer.webSocket.send(big);
    const { text, source } = await rig.messages.next();
    expect(text).toBe(big);
    rig.transports.reply(source, big);
    expect((await peer.messages.next()).text).toBe(big);
  });

  it('joins the fragments of a message, with a ping between them (RFC 6455 5.4)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    const text = message(1, 'body');
    peer.webSocket.send(text.slice(0, 10), { fin: false });
    peer.webSocket.ping('alive');
    peer.webSocket.send(text.slice(10, 11), { fin: false });
    peer.webSocket.send(text.slice(11), { fin: true });
    expect((await rig.messages.next()).text).toBe(text);
    expect(await peer.pongs.next()).toBe('alive');
  });

  it('answers CRLFCRLF with CRLF and is silent about CRLF (RFC 5626 3.5.1)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    for (const text of ['\r\n', '', '\r\n\r\n', message(1)]) peer.webSocket.send(text);
    expect((await rig.messages.next()).text).toBe(message(1));
    expect(await peer.messages.next()).toEqual({ text: '\r\n', isBinary: false });
    expect(peer.messages.rest).toEqual([]);
  });

  it('reaches its client again by connection, by id and by address, and opens none itself (RFC 7118 3)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    const { connection, address, port } = (await rig.messages.next()).source;
    if (connection === undefined) throw new Error('a message by WebSocket came on no connection');
    expect(rig.transports.connection(connection.id)).toBe(connection);
    const anywhere: Target = { protocol: 'ws', address: '127.0.0.1', port: 80 };
    for (const target of [
      { ...anywhere, connection },
      { ...anywhere, address, port },
    ]) {
      expect(rig.transports.listenerFor(target)).toBe(rig.listener());
      rig.transports.send(target, message(2), mustBeSent);
      expect((await peer.messages.next()).text).toBe(message(2));
    }
    expect(rig.transports.listenerFor(anywhere)).toBeUndefined();
    const failure = await failureOf((failed) => rig.transports.send(anywhere, message(3), failed));
    expect(failure.message).toBe('there is no way to ws:127.0.0.1:80');
  });

  it('takes the close of its client, and replies nowhere then', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    const { source } = await rig.messages.next();
    peer.webSocket.close(1000);
    expect(await peer.closed).toBe(1000);
    expect(source.connection?.closed).toBe(true);
    rig.transports.reply(source, message(2));
    expect(peer.messages.rest).toEqual([]);
  });

  it('says that it goes away when the server ends (1001)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    await rig.messages.next();
    await rig.transports.close();
    expect(await peer.closed).toBe(1001);
    expect(rig.clock.waiting).toBe(0);
  });

  describe.each<[string, (peer: WsPeer) => void, number]>([
    ['a message over 64 kB', (peer) => peer.webSocket.send('x'.repeat(65_537)), 1009],
    ['text that is no UTF-8', (peer) => peer.webSocket.send(Buffer.from([0xff]), { binary: false }), 1007],
  ])('closes on %s', (_what, misbehave, code) => {
    it(`with ${code}, and hands nothing over (RFC 6455 7.4, security P18)`, async () => {
      const rig = await open(LISTEN);
      const peer = await wsPeer(rig.listener());
      misbehave(peer);
      expect(await peer.closed).toBe(code);
      expect(rig.messages.rest).toEqual([]);
    });
  });

  it('bounds fragments together', async () => {
    const rig = await open(LISTEN, { limits: { messageSize: 1000 } });
    const peer = await wsPeer(rig.listener());
    for (const fin of [false, false, true]) peer.webSocket.send('x'.repeat(400), { fin });
    expect(await peer.closed).toBe(1009);
  });

  it.each([
    ['a frame without mask', frame(TEXT, message(1), { mask: false }), '\x03\xea'],
    ['a length of 2^63', frame(TEXT, '', { length: 2 ** 63 }), '\x03\xf1'],
    ['a fragment of nothing', frame(LAST, 'x'), '\x03\xea'],
    ['a message within a message', Buffer.concat([frame(MORE, 'x'), frame(BINARY, 'x')]), '\x03\xea'],
    ['an unknown opcode', frame(0x83, 'x'), '\x03\xea'],
    ['a reserved bit', frame(0xc1, 'x'), '\x03\xea'],
    ['a long ping', frame(PING, 'x'.repeat(126)), '\x03\xea'],
  ])('closes on %s, whether or not the peer does (RFC 6455 5, security P18)', async (_what, octets, code) => {
    const rig = await open(LISTEN);
    const peer = await asking(rig.listener());
    peer.socket.allowHalfOpen = true;
    await peer.until('\r\n\r\n');
    peer.socket.write(octets);
    await peer.until(code);
    // The end of the socket is the end of the patience with it, of which its peer learns by writing.
    rig.clock.advance(2000);
    while (!peer.socket.destroyed) {
      peer.socket.write(frame(TEXT, message(2)));
      await new Promise(setImmediate);
    }
    expect(rig.messages.rest).toEqual([]);
  });

  it('closes a connection on which a message is begun and not complete after 30 s (slowloris)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    await rig.messages.next();
    const timers = rig.clock.waiting;
    peer.webSocket.send('MESSAGE ', { fin: false });
    await until('the time limit of the message', () => rig.clock.waiting > timers);
    rig.clock.advance(30_000);
    expect(await peer.closed).toBe(1006);
  });

  it('closes a connection on which nothing ever comes after 30 s, and not one on which something did', async () => {
    const rig = await open(LISTEN);
    const [silent, alive] = [await wsPeer(rig.listener()), await wsPeer(rig.listener())];
    alive.webSocket.send(message(1));
    const { source } = await rig.messages.next();
    rig.clock.advance(30_000);
    expect(await silent.closed).toBe(1006);
    expect(source.connection?.closed).toBe(false);
  });

  it('pings its client every minute, and hangs up when nothing has come until the next (RFC 7118 6)', async () => {
    const rig = await open(LISTEN);
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    const { source } = await rig.messages.next();
    for (let minutes = 0; minutes < 3; minutes += 1) {
      const pinged = once(peer.webSocket, 'ping');
      rig.clock.advance(60_000);
      await pinged;
      // The pong goes before this, so that the answer to this says that it has come.
      peer.webSocket.ping('x');
      await peer.pongs.next();
    }
    expect(source.connection?.closed).toBe(false);
    peer.webSocket.pause();
    rig.clock.advance(60_000);
    rig.clock.advance(60_000);
    peer.webSocket.resume();
    expect(await peer.closed).toBe(1006);
  });

  it('closes the connection of a peer that does not read', async () => {
    const rig = await open(LISTEN, { limits: { unsent: 100_000 } });
    const peer = await wsPeer(rig.listener());
    peer.webSocket.send(message(1));
    const { source } = await rig.messages.next();
    peer.webSocket.pause();
    while (source.connection?.closed === false) {
      rig.transports.reply(source, message(2, 'x'.repeat(60_000)));
      await new Promise(setImmediate);
    }
    peer.webSocket.resume();
    expect(await peer.closed).toBe(1006);
  });

  it('counts whoever is connected, WebSocket or not yet (security R9)', async () => {
    const rig = await open(LISTEN, { limits: { connections: 1 } });
    const first = await wsPeer(rig.listener());
    await (await tcpPeer(rig.listener())).closed;
    first.webSocket.close();
    await first.closed;
    expect(rig.warnings).toEqual(['too many TCP connections, refusing new ones']);
  });
});

describe('the handshake of a WebSocket', () => {
  async function answerTo(headers: Readonly<Record<string, string | undefined>>, origins?: string[]): Promise<string> {
    const rig = await open(LISTEN, origins === undefined ? {} : { origins });
    const peer = await asking(rig.listener(), headers);
    // A refusal may have a body, and ends with the connection.
    return Promise.race([peer.until('\r\n\r\n'), peer.closed.then(() => peer.text)]);
  }

  it.each([
    ['no subprotocol (RFC 7118 4.1)', { 'Sec-WebSocket-Protocol': undefined }, 400],
    ['other subprotocols (RFC 7118 4.1)', { 'Sec-WebSocket-Protocol': 'msrp, xsip' }, 400],
    ['no key (RFC 6455 4.2.1)', { 'Sec-WebSocket-Key': undefined }, 400],
    ['an upgrade to something else', { Upgrade: 'h2c' }, 400],
    ['version 8 (RFC 6455 4.4)', { 'Sec-WebSocket-Version': '8' }, 426],
    ['version 130', { 'Sec-WebSocket-Version': '130' }, 426],
    ['no version', { 'Sec-WebSocket-Version': undefined }, 426],
    ['no upgrade', { Upgrade: undefined, Connection: 'close' }, 426],
  ])('is refused with %s', async (_what, headers, status) => {
    expect(await answerTo(headers)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('names version 13 to who asks for another (RFC 6455 4.4)', async () => {
    expect(await answerTo({ 'Sec-WebSocket-Version': '8' })).toContain('\r\nSec-WebSocket-Version: 13\r\n');
  });

  it('echoes the subprotocol and takes no extension (RFC 7118 4.1)', async () => {
    const answer = await answerTo({
      'Sec-WebSocket-Protocol': 'xmpp, sip',
      'Sec-WebSocket-Extensions': 'permessage-deflate',
    });
    expect(answer).toMatch(/^HTTP\/1.1 101 /);
    expect(answer).toContain('\r\nSec-WebSocket-Protocol: sip\r\n');
    expect(answer).not.toContain('Extensions');
  });

  it.each([
    ['of the list', 'https://phone.example.com', 101],
    ['of the list in other letters', 'HTTPS://Phone.Example.com', 101],
    ['of another site', 'https://evil.example.com', 403],
    ['of another scheme', 'http://phone.example.com', 403],
    ['that is not said', undefined, 403],
  ])('with an origin %s is answered as the list says (security P18)', async (_what, Origin, status) => {
    const answer = await answerTo({ Origin }, ['https://other.example.com', 'https://Phone.example.com']);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('takes any origin without a list', async () => {
    expect(await answerTo({ Origin: 'https://anywhere.example.com' })).toMatch(/^HTTP\/1.1 101 /);
  });

  it.each([
    ['what is no HTTP', 'MESSAGE sip:bob@127.0.0.1 SIP/2.0\r\n\r\n'],
    ['a header without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`],
  ])('hangs up on %s', async (_what, text) => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write(text);
    await peer.closed;
    expect(rig.messages.rest).toEqual([]);
  });

  it('hangs up on who does not finish it within 30 s', async () => {
    const rig = await open(LISTEN);
    const peer = await tcpPeer(rig.listener());
    peer.socket.write('GET / HTTP/1.1\r\n');
    // The server has seen him once it has answered another after him.
    await wsPeer(rig.listener());
    rig.clock.advance(30_000);
    await peer.closed;
  });
});

describe.skipIf(!havePeers('openssl'))('WebSocket over TLS', () => {
  const authority = new Authority();
  const files = authority.issue(['DNS:ws.example.com', 'IP:127.0.0.1', 'IP:::1']);
  const tls = { certificates: [files.certificate], keys: [files.key], ca: authority.path };

  it.each(['127.0.0.1', '::1'])('carries messages both ways at %s', async (address) => {
    const rig = await open([`wss:${address === '::1' ? '[::1]' : address}:0`], { tls });
    const peer = await wsPeer(rig.listener(), { ca: authority.pem });
    peer.webSocket.send(message(1));
    const { source } = await rig.messages.next();
    expect(source.protocol).toBe('wss');
    expect(source.address).toBe(address);
    rig.transports.reply(source, message(2));
    expect((await peer.messages.next()).text).toBe(message(2));
    await rig.transports.close();
    expect(await peer.closed).toBe(1001);
    expect(rig.clock.waiting).toBe(0);
  });

  it('demands the certificate of the client where it is told to', async () => {
    const rig = await open(['wss:127.0.0.1:0'], { tls: { ...tls, verifyClient: true } });
    await expect(wsPeer(rig.listener(), { ca: authority.pem })).rejects.toThrow();
    const own = authority.issue(['DNS:client.example.com']);
    const shown = { cert: readFileSync(own.certificate), key: readFileSync(own.key) };
    const peer = await wsPeer(rig.listener(), { ca: authority.pem, ...shown });
    peer.webSocket.send(message(1));
    expect((await rig.messages.next()).text).toBe(message(1));
  });

  it('hangs up on who talks WebSocket without TLS', async () => {
    const rig = await open(['wss:127.0.0.1:0'], { tls });
    await (await asking(rig.listener())).closed;
  });
});
