import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Listener, Target } from '../../src/transport/transport.js';
import { Authority, type CertificateFiles } from '../support/certificates.js';
import { havePeers } from '../support/peers.mjs';
import { failureOf, Inbox, message, mustBeSent, open, reachable, TcpPeer, tcpPeer, tcpServer } from './support.js';

describe.skipIf(!havePeers('openssl'))('TLS', () => {
  const authority = new Authority();
  const stranger = new Authority('Stranger');
  const one = authority.issue(['DNS:one.example.com', 'IP:127.0.0.1', 'IP:::1']);
  const two = authority.issue(['DNS:two.example.com', 'DNS:*.two.example.com']);
  const LISTEN = ['tls:127.0.0.1:0'];
  const tls = { certificates: [one.certificate, two.certificate], keys: [one.key, two.key], ca: authority.path };

  /** A client that trusts the authority and wants to see a certificate for the name. */
  async function tlsPeer(to: Listener, options: ConnectionOptions = {}): Promise<TcpPeer> {
    const socket = connect({ host: reachable(to), port: to.port, ca: authority.pem, servername: '', ...options });
    const peer = new TcpPeer(socket);
    // Who is refused comes back too, closed or soon to be.
    await once(socket, 'secureConnect').catch(() => peer.closed);
    return peer;
  }

  /** The alternative names of the certificate that a client is shown. */
  async function shownTo(to: Listener, options: ConnectionOptions): Promise<string | undefined> {
    const socket = connect({ host: reachable(to), port: to.port, ca: authority.pem, ...options });
    onTestFinished(() => {
      socket.destroy();
    });
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.subjectAltName;
  }

  interface TlsServer {
    readonly port: number;
    readonly peers: Inbox<TcpPeer>;
    /** What kept clients from coming in. */
    readonly failures: Inbox<Error>;
  }

  /** A TLS server of somebody else. */
  async function tlsServer(
    files: CertificateFiles,
    options: TlsOptions = {},
    address = '127.0.0.1',
  ): Promise<TlsServer> {
    const server = createServer({
      cert: readFileSync(files.certificate),
      key: readFileSync(files.key),
      ...options,
    });
    const [peers, failures] = [new Inbox<TcpPeer>(), new Inbox<Error>()];
    server.on('tlsClientError', (error) => failures.push(error));
    server.listen(0, address);
    await once(server, 'listening');
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    server.on('secureConnection', (socket) => peers.push(new TcpPeer(socket)));
    return { port: (server.address() as AddressInfo).port, peers, failures };
  }

  function towards(port: number, domain?: string, address = '127.0.0.1'): Target {
    return { protocol: 'tls', address, port, ...(domain !== undefined && { domain }) };
  }

  describe.each(['127.0.0.1', '::1'])('at %s', (address) => {
    const host = address === '::1' ? '[::1]' : address;

    it('hands over a message with the connection that it came on, and replies there', async () => {
      const rig = await open([`tls:${host}:0`], { tls });
      const peer = await tlsPeer(rig.listener());
      peer.socket.write(message(1, 'body'));
      const { text, source } = await rig.messages.next();
      expect(text).toBe(message(1, 'body'));
      expect(source.protocol).toBe('tls');
      expect(source.address).toBe(address);
      expect(source.port).toBe(peer.port);
      expect(source.localAddress).toBe(address);
      expect(source.listener.name).toBe(`tls:${host}:${rig.listener().port}`);
      rig.transports.reply(source, message(2));
      await peer.until(message(2));
    });

    it('opens a connection to a server that shows who it is, and uses it again', async () => {
      const rig = await open([`tls:${host}:0`], { tls });
      const server = await tlsServer(one, {}, address);
      for (const n of [1, 2])
        rig.transports.send(towards(server.port, 'one.example.com', address), message(n), mustBeSent);
      const peer = await server.peers.next();
      await peer.until(message(1) + message(2));
      peer.socket.write(message(3));
      expect((await rig.messages.next()).source.port).toBe(server.port);
      rig.transports.send(towards(server.port, 'ONE.example.com', address), message(4), mustBeSent);
      await peer.until(message(4));
      expect(server.peers.rest).toEqual([]);
    });
  });

  it('puts a message together however its records are cut (RFC 3261 18.3)', async () => {
    const rig = await open(LISTEN, { tls });
    const peer = await tlsPeer(rig.listener());
    for (const octet of message(1, 'body')) {
      peer.socket.write(octet);
      await new Promise(setImmediate);
    }
    expect((await rig.messages.next()).text).toBe(message(1, 'body'));
    peer.socket.write(`${message(2)}\r\n\r\n${message(3)}`);
    expect((await rig.messages.next()).text).toBe(message(2));
    expect((await rig.messages.next()).text).toBe(message(3));
    expect(await peer.until('\r\n')).toBe('\r\n');
  });

  it('finds the connection of a phone by its id, until it is closed', async () => {
    const rig = await open(LISTEN, { tls });
    const peer = await tlsPeer(rig.listener());
    peer.socket.write(message(1));
    const { connection } = (await rig.messages.next()).source;
    if (connection === undefined) throw new Error('a message by TLS came on no connection');
    expect(rig.transports.connection(connection.id)).toBe(connection);
    expect(rig.transports.connection(connection.id + 1)).toBeUndefined();
    rig.transports.send({ ...towards(1), connection }, message(2), mustBeSent);
    await peer.until(message(2));
    await rig.transports.close();
    expect(rig.transports.connection(connection.id)).toBeUndefined();
  });

  it('uses the connection of a phone for its address and port, and for no domain (RFC 5923)', async () => {
    const rig = await open(LISTEN, { tls });
    const peer = await tlsPeer(rig.listener());
    peer.socket.write(message(1));
    await rig.messages.next();
    rig.transports.send(towards(peer.port), message(2), mustBeSent);
    await peer.until(message(2));
    const failed = failureOf((no) => rig.transports.send(towards(peer.port, 'one.example.com'), message(3), no));
    expect((await failed).message).toContain('ECONNREFUSED');
    expect(peer.text).toBe(message(2));
  });

  it('uses a connection that was opened for one domain for no other (RFC 5923)', async () => {
    const rig = await open(LISTEN, { tls });
    const server = await tlsServer(authority.issue(['DNS:a.example.com', 'DNS:b.example.com']));
    rig.transports.send(towards(server.port, 'a.example.com'), message(1), mustBeSent);
    const first = await server.peers.next();
    await first.until(message(1));
    rig.transports.send(towards(server.port, 'b.example.com'), message(2), mustBeSent);
    await (await server.peers.next()).until(message(2));
    expect(first.text).toBe(message(1));
  });

  it('does not send by TLS on a connection that is not', async () => {
    const rig = await open([...LISTEN, 'tcp:127.0.0.1:0'], { tls });
    const peer = await tcpPeer(rig.listener(1));
    peer.socket.write(message(1));
    const { connection } = (await rig.messages.next()).source;
    if (connection === undefined) throw new Error('a message by TCP came on no connection');
    const target = { ...towards(peer.port), connection };
    expect(rig.transports.listenerFor(target)).toBe(rig.listener(0));
    expect(await failureOf((failed) => rig.transports.send(target, message(2), failed))).toBeInstanceOf(Error);
    expect(peer.text).toBe('');
  });

  describe('as a client', () => {
    it.each([
      ['another domain', authority.issue(['DNS:evil.example.com']), 'is not for one.example.com'],
      ['the domain as common name only', authority.issue([], 'one.example.com'), 'is not for one.example.com'],
      ['a wildcard', authority.issue(['DNS:*.example.com']), 'is not for one.example.com'],
      ['an unknown authority', stranger.issue(['DNS:one.example.com']), 'certificate'],
    ])('sends nothing to a server with a certificate of %s (RFC 5922 7.3)', async (_what, files, why) => {
      const rig = await open(LISTEN, { tls });
      const server = await tlsServer(files, { maxVersion: 'TLSv1.2' });
      const target = towards(server.port, 'one.example.com');
      const failure = await failureOf((failed) => rig.transports.send(target, message(1), failed));
      expect(failure.message).toContain(why);
      await rig.transports.close();
      for (const peer of server.peers.rest) {
        await peer.closed;
        expect(peer.text).toBe('');
      }
    });

    it('takes a certificate for the address where no domain is known', async () => {
      const rig = await open(LISTEN, { tls });
      const [named, unnamed] = [await tlsServer(one), await tlsServer(two)];
      rig.transports.send(towards(named.port), message(1), mustBeSent);
      await (await named.peers.next()).until(message(1));
      const failure = await failureOf((failed) => rig.transports.send(towards(unnamed.port), message(1), failed));
      expect(failure.message).toContain('is not for 127.0.0.1');
    });

    it('shows its own certificate to a server that asks for it', async () => {
      const rig = await open(LISTEN, { tls });
      const server = await tlsServer(two, { requestCert: true, ca: authority.pem });
      rig.transports.send(towards(server.port, 'two.example.com'), message(1), mustBeSent);
      await (await server.peers.next()).until(message(1));
    });

    it('asks for the domain by name (RFC 6066 3)', async () => {
      const rig = await open(LISTEN, { tls });
      const asked = new Inbox<string>();
      const server = await tlsServer(one, {
        SNICallback: (name, done) => {
          asked.push(name);
          done(null);
        },
      });
      rig.transports.send(towards(server.port, 'one.example.com'), message(1), mustBeSent);
      expect(await asked.next()).toBe('one.example.com');
      await (await server.peers.next()).until(message(1));
    });

    it('does not talk TLS 1.1 (security S7)', async () => {
      const rig = await open(LISTEN, { tls });
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const server = await tlsServer(one, old);
      const target = towards(server.port, 'one.example.com');
      const failure = await failureOf((failed) => rig.transports.send(target, message(1), failed));
      expect(failure.message).toMatch(/protocol|alert/);
    });

    it('gives up a server that does not shake hands within 5 s', async () => {
      const rig = await open(LISTEN, { tls });
      const server = await tcpServer();
      const failure = failureOf((failed) => rig.transports.send(towards(server.port), message(1), failed));
      await server.peers.next();
      rig.clock.advance(5000);
      expect((await failure).message).toBe('no answer in time');
    });
  });

  describe('as a server', () => {
    it.each([
      ['one.example.com', 'one.example.com'],
      ['TWO.example.com', 'two.example.com'],
      ['x.two.example.com', 'two.example.com'],
      ['unknown.example.com', 'one.example.com'],
      ['', 'one.example.com'],
    ])('shows to who asks for "%s" the certificate of %s (RFC 6066 3)', async (servername, expected) => {
      const rig = await open(LISTEN, { tls });
      const names = await shownTo(rig.listener(), { servername, checkServerIdentity: () => undefined });
      expect(names).toMatch(new RegExp(`^DNS:${expected}`));
    });

    it('lets in only who shows a certificate of tls.ca, when that is demanded', async () => {
      const rig = await open(LISTEN, { tls: { ...tls, verifyClient: true } });
      const own = (files: CertificateFiles) => ({
        cert: readFileSync(files.certificate),
        key: readFileSync(files.key),
      });
      for (const bad of [{}, own(stranger.issue(['DNS:client.example.com']))]) {
        const refused = await tlsPeer(rig.listener(), bad);
        refused.socket.write(message(1));
        await refused.closed;
      }
      const peer = await tlsPeer(rig.listener(), own(authority.issue(['DNS:client.example.com'])));
      peer.socket.write(message(2));
      expect((await rig.messages.next()).text).toBe(message(2));
      expect(rig.messages.rest).toEqual([]);
    });

    it('does not talk TLS 1.1 (security S7)', async () => {
      const rig = await open(LISTEN, { tls });
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const peer = await tlsPeer(rig.listener(), old);
      await peer.closed;
    });

    it('hangs up on who talks SIP without TLS, and on who says nothing for 30 s', async () => {
      const rig = await open(LISTEN, { tls });
      const plain = await tcpPeer(rig.listener());
      plain.socket.write(message(1));
      await plain.closed;
      const silent = await tcpPeer(rig.listener());
      // The rig has seen him once it has let in another after him.
      (await tlsPeer(rig.listener())).socket.write(message(2));
      await rig.messages.next();
      rig.clock.advance(30_000);
      await silent.closed;
    });

    it('counts who has not shaken hands among its connections, until he is gone (security R9)', async () => {
      const rig = await open(LISTEN, { tls, limits: { connections: 1 } });
      const silent = await tcpPeer(rig.listener());
      await (await tlsPeer(rig.listener())).closed;
      silent.socket.destroy();
      await silent.closed;
      await takesMessages();

      async function takesMessages(): Promise<void> {
        for (let isTaken = false; !isTaken; ) {
          const peer = await tlsPeer(rig.listener());
          peer.socket.write(message(2));
          isTaken = await Promise.race([rig.messages.next().then(() => true), peer.closed.then(() => false)]);
        }
      }
    });

    it('forgets the timers of connections that have ended', async () => {
      const rig = await open(LISTEN, { tls });
      const peer = await tlsPeer(rig.listener());
      peer.socket.write(message(1));
      await rig.messages.next();
      await tcpPeer(rig.listener());
      await rig.transports.close();
      expect(rig.clock.waiting).toBe(0);
    });
  });

  describe('when it reads its certificates again', () => {
    /** Files that can be replaced. */
    function replaceable(): CertificateFiles {
      return authority.issue(['DNS:old.example.com', 'IP:127.0.0.1']);
    }

    function replace(files: CertificateFiles, by: CertificateFiles): void {
      copyFileSync(by.certificate, files.certificate);
      copyFileSync(by.key, files.key);
    }

    const anyName = { checkServerIdentity: () => undefined };

    it.each([{ servername: '' }, { servername: 'old.example.com' }])(
      'shows the new one from then on, to those with $servername, and keeps its connections',
      async (asking) => {
        const [files, next] = [replaceable(), authority.issue(['DNS:new.example.com'])];
        const rig = await open(LISTEN, { tls: { certificates: [files.certificate], keys: [files.key] } });
        const peer = await tlsPeer(rig.listener());
        expect(await shownTo(rig.listener(), { ...asking, ...anyName })).toContain('old.example.com');
        replace(files, next);
        await rig.transports.reload();
        expect(await shownTo(rig.listener(), { ...asking, ...anyName })).toBe('DNS:new.example.com');
        peer.socket.write(message(1));
        expect((await rig.messages.next()).text).toBe(message(1));
      },
    );

    it('keeps the old one when the new one can not serve', async () => {
      const files = replaceable();
      const rig = await open(LISTEN, { tls: { certificates: [files.certificate], keys: [files.key] } });
      writeFileSync(files.certificate, 'nothing');
      await expect(rig.transports.reload()).rejects.toMatchObject({
        code: 'CONFIG',
        message: expect.stringContaining(files.certificate),
      });
      expect(await shownTo(rig.listener(), anyName)).toContain('old.example.com');
    });

    it('has nothing to do without TLS', async () => {
      const rig = await open(['tcp:127.0.0.1:0']);
      await rig.transports.reload();
    });
  });

  it.each(['tls', 'wss'])(
    'refuses to listen with %s without a certificate, and says how to get one',
    async (protocol) => {
      const failure = await open([`${protocol}:127.0.0.1:0`]).catch((error) => error);
      expect(failure).toMatchObject({
        code: 'CONFIG',
        message: `${protocol}:127.0.0.1:0 needs a certificate`,
        hint: expect.stringContaining('openssl req'),
      });
    },
  );
});
