import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { Cast, withCast } from '../support/cast.js';
import type { Phone } from '../support/phone.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

let server: TestServer;
let cast: Cast;

beforeAll(async () => {
  server = await TestServer.start({ prepare: withCast });
  cast = new Cast(server);
});

/** Every octet, then pieces of SIP that stop in the middle. */
function garbage(phone: Phone): Buffer[] {
  const whole = phone.newRequest('INVITE', `sip:u1@${server.domain}`, { body: 'v=0\r\n' });
  const cut = Array.from({ length: 40 }, (_, i) => Buffer.from(whole.slice(0, 1 + i * 11), 'latin1'));
  return [
    Buffer.alloc(0),
    Buffer.from('\r\n\r\n'),
    Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)),
    Buffer.alloc(60_000, 'A'),
    Buffer.from(`INVITE sip:${':'.repeat(5_000)} SIP/2.0\r\n\r\n`),
    Buffer.from(whole.replace('Via: SIP/2.0/UDP', 'Via: SIP/2.0/UDP :]')),
    Buffer.from(whole.replace('Content-Length: 5', 'Content-Length: -1')),
    Buffer.from(whole.replace('Content-Length: 5', 'Content-Length: 99999999999999999999')),
    Buffer.from(whole.replace('CSeq: 1', 'CSeq: 99999999999999999999')),
    Buffer.from(whole.replace(/To: .*\r\n/, `To: ${'"'.repeat(4_000)}\r\n`)),
    Buffer.from(whole.replace(/From: .*\r\n/, '')),
    Buffer.from(whole.replace('Max-Forwards: 70', '__proto__: 70\r\nconstructor: x')),
    Buffer.from(whole.replace(/\r\n/g, '\n')),
    Buffer.from(`${whole}${whole}`),
    Buffer.from('SIP/2.0 200 OK\r\n\r\n'),
    Buffer.from('SIP/2.0 999999 OK\r\nVia: SIP/2.0/UDP x\r\n\r\n'),
    ...cut,
  ];
}

describe('what is no SIP', () => {
  it('does not stop the server when it comes in datagrams', async () => {
    const phone = await cast.phone();
    for (const datagram of garbage(phone)) {
      phone.send(datagram);
      await phone.settle();
    }
    expect(server.isRunning).toBe(true);
  });

  it('does not stop the server when it comes by TCP, however it is cut', async () => {
    const witness = await cast.phone();
    for (const bytes of garbage(witness)) {
      const connection = connect(server.port, server.host);
      const closed = new Promise<void>((resolve) => connection.on('close', () => resolve()));
      // The server may close before all is written; that is its right.
      connection.on('error', () => undefined);
      connection.resume();
      connection.write(bytes.subarray(0, bytes.length >> 1));
      connection.end(bytes.subarray(bytes.length >> 1));
      await witness.settle();
      connection.destroy();
      await closed;
    }
    expect(server.isRunning).toBe(true);
  });

  it('gets a 400 by TCP, and the connection is closed (RFC 3261 18.3)', async () => {
    const phone = await cast.phone({ transport: 'tcp' });
    const text = phone.newRequest('OPTIONS', `sip:${server.domain}`);
    phone.send(text.replace('Content-Length: 0', 'Content-Length: many'));
    expect((await phone.response(400, 'OPTIONS')).status).toBe(400);
    await until('the server to close the connection', () => phone.isClosed);
  });

  it('several requests in one segment, and one in many, are all answered (RFC 3261 18.3)', async () => {
    const phone = await cast.phone({ transport: 'tcp' });
    const requests = [1, 2, 3].map((cseq) => phone.newRequest('OPTIONS', `sip:${server.domain}`, { cseq }));
    phone.send(requests.join(''));
    for (let i = 0; i < requests.length; i += 1) await phone.response(200, 'OPTIONS');
    for (const octet of phone.newRequest('OPTIONS', `sip:${server.domain}`)) phone.send(octet);
    await phone.response(200, 'OPTIONS');
  });

  it('a response that nobody waits for goes nowhere (RFC 3261 18.1.2)', async () => {
    const phone = await cast.phone();
    const victim = await cast.phone();
    const ours = `Via: SIP/2.0/UDP ${server.host}:${server.port};branch=z9hG4bKmade-up`;
    const theirs = `Via: SIP/2.0/UDP ${victim.hostPort};branch=z9hG4bKother`;
    const rest =
      'From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n';
    phone.send(`SIP/2.0 200 OK\r\n${ours}\r\n${theirs}\r\n${rest}`);
    phone.send(`SIP/2.0 200 OK\r\n${theirs}\r\n${theirs}\r\n${rest}`);
    await phone.settle();
    await victim.settle();
    expect(victim.inbox).toEqual([]);
  });

  it('a message over 16 kB is refused (default kamailio.cfg)', async () => {
    const phone = await cast.phone();
    const text = phone.newRequest('MESSAGE', `sip:u1@${server.domain}`, { body: 'x'.repeat(17_000) });
    expect((await phone.ask(text)).status).toBe(403);
  });
});
