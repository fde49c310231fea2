import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { loadSettings } from '../../src/config/load.js';
import { type RunningServer, serve } from '../../src/server/serve.js';
import { openStorage } from '../../src/storage/open.js';
import { Authority } from '../support/certificates.js';
import { havePeers } from '../support/peers.mjs';
import { temporaryFolder } from '../support/temp.js';

const OPTIONS = (transport: string, port: string) =>
  [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/${transport} client.invalid;branch=z9hG4bK1`,
    'Max-Forwards: 70',
    'From: <sip:alice@test.example>;tag=1',
    'To: <sip:127.0.0.1>',
    'Call-ID: 1',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');

describe.skipIf(!havePeers('openssl'))('a server', () => {
  const authority = new Authority();
  const files = () => authority.issue(['DNS:sip.example.com', 'IP:127.0.0.1']);

  /** A server from settings, on loopback and in a temporary folder. */
  async function serving(flags: Readonly<Record<string, string>>): Promise<RunningServer> {
    const folder = temporaryFolder();
    const db = `sqlite:${join(folder, 'sipctl.db')}`;
    const storage = await openStorage(db, { create: true });
    await storage.schema.migrate();
    await storage.close();
    const own = { db, domain: 'test.example', socket: join(folder, 'control', 's.sock'), 'log-level': 'silent' };
    const settings = loadSettings({ flags: { ...own, ...flags }, env: {}, cwd: folder, home: folder, root: false });
    const server = await serve(settings);
    onTestFinished(() => server.stop());
    return server;
  }

  function portOf(server: RunningServer, protocol: string): string {
    const name = server.listening.find((listener) => listener.startsWith(`${protocol}:`)) ?? '';
    return name.slice(name.lastIndexOf(':') + 1);
  }

  /** What is answered to a request by WebSocket, or what kept it from being opened. */
  function askedByWebSocket(url: string, request: string, headers: Record<string, string> = {}): Promise<string> {
    const webSocket = new WebSocket(url, 'sip', { ca: authority.pem, headers });
    onTestFinished(() => webSocket.terminate());
    return new Promise((resolve) => {
      webSocket.once('open', () => webSocket.send(request));
      webSocket.once('message', (data) => resolve(String(data)));
      webSocket.once('error', (error) => resolve(error.message));
    });
  }

  /** The subject of what is shown by TLS, and the answer to a request. */
  function askedByTls(port: string, request: string): Promise<{ names: string | undefined; answer: string }> {
    const socket = connect({ host: '127.0.0.1', port: Number(port), ca: authority.pem });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(request);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (data) =>
        resolve({ names: socket.getPeerX509Certificate()?.subjectAltName, answer: data.toString() }),
      );
    });
  }

  it('answers by TLS, WS and WSS, from the origins in its settings only', async () => {
    const { certificate, key } = files();
    const server = await serving({
      listen: 'tls:127.0.0.1:0,ws:127.0.0.1:0,wss:127.0.0.1:0',
      'tls-certificate': certificate,
      'tls-key': key,
      'ws-origins': 'https://phone.example.com',
    });
    const ports = { tls: portOf(server, 'tls'), ws: portOf(server, 'ws'), wss: portOf(server, 'wss') };
    const { answer } = await askedByTls(ports.tls, OPTIONS('TLS', ports.tls));
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(answer).toContain('Via: SIP/2.0/TLS client.invalid;branch=z9hG4bK1;rport=');
    for (const protocol of ['ws', 'wss'] as const) {
      const request = OPTIONS(protocol.toUpperCase(), ports[protocol]);
      const ask = (origin: string) =>
        askedByWebSocket(`${protocol}://127.0.0.1:${ports[protocol]}`, request, { Origin: origin });
      expect(await ask('https://phone.example.com')).toMatch(/^SIP\/2\.0 200 /);
      expect(await ask('https://evil.example.com')).toContain('403');
    }
  });

  it('shows its new certificate after a reload, and goes on with the old one when that is broken', async () => {
    const [{ certificate, key }, next] = [files(), authority.issue(['DNS:next.example.com', 'IP:127.0.0.1'])];
    const server = await serving({ listen: 'tls:127.0.0.1:0', 'tls-certificate': certificate, 'tls-key': key });
    const port = portOf(server, 'tls');
    const shown = async () => (await askedByTls(port, OPTIONS('TLS', port))).names;
    expect(await shown()).toContain('DNS:sip.example.com');
    copyFileSync(next.certificate, certificate);
    copyFileSync(next.key, key);
    await server.reload();
    expect(await shown()).toContain('DNS:next.example.com');
    writeFileSync(certificate, '');
    await server.reload();
    expect(await shown()).toContain('DNS:next.example.com');
  });

  it('does not start without the certificate that it needs', async () => {
    await expect(serving({ listen: 'udp:127.0.0.1:0,tls:127.0.0.1:0' })).rejects.toMatchObject({ code: 'CONFIG' });
  });
});
