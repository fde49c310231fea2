import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Workshop } from '../routes/support.js';
import { Cast, withCast } from '../support/cast.js';
import { Phone } from '../support/phone.js';
import { freePort } from '../support/ports.js';
import { TestServer } from '../support/server.js';
import { cases as invalid } from '../torture/rfc4475-invalid.cases.js';
import { cases as semantics } from '../torture/rfc4475-semantics.cases.js';
import { cases as valid } from '../torture/rfc4475-valid.cases.js';
import { cases as ipv6 } from '../torture/rfc5118.cases.js';
import { mutated, randomFrom } from './mutations.js';

/** On each of three transports: over 100,000 in the normal run. */
const MESSAGES = process.env.SIPCTL_TEST_LONG === '1' ? 400_000 : 34_000;
/** Messages until the server is asked for a sign of life, and on one stream: more would only be the body of a long one. */
const BATCH = 5;
const TRUSTED = '127.0.0.92';
const GROWTH = 64 * 1024 * 1024;
const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'MESSAGE', 'SUBSCRIBE', 'UPDATE'];

/** The built-in route, but to no other domain: a mutation must not make the server ask a name server. */
const ROUTE = `export default (parts) => [
  parts.reqinit(), parts.keepalive(), parts.cancel(), parts.retransmission(), parts.withinDialog(),
  parts.sourceAddress(), parts.digest(), parts.when(parts.not(parts.isOurs()), parts.reply(403, 'Not relaying')),
  parts.registrar(), parts.permissions(), parts.location(), parts.relay(),
];`;

let server: TestServer;
let cast: Cast;
let webPort: number;

beforeAll(async () => {
  const route = new Workshop().write('route.mjs', ROUTE);
  webPort = await freePort();
  server = await TestServer.start({
    listen: [`ws:127.0.0.1:${webPort}`],
    // Short timers, so that transactions are gone while the test still runs.
    settings: { route, 'timers.t1': '10', 'timers.t2': '40', 'timers.t4': '50', 'timers.c': '1' },
    prepare: async (storage, database) => {
      await withCast(storage, database);
      await storage.addresses.add({ grp: 200, ip_addr: TRUSTED, mask: 32, port: 0, tag: null });
      await storage.rules.add({ type: 'D', rule: '"^sip:mallory@" : ALL', note: null });
    },
  });
  cast = new Cast(server);
});

/** Octets of memory that the server holds, as the kernel counts them. */
async function memory(): Promise<number> {
  const { pid } = (await server.rpc('core.info')) as { pid: number };
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Messages that the server has read, the signs of life among them. */
async function arrived(): Promise<number> {
  const names = ['core:rcv_requests', 'core:rcv_replies', 'core:bad_msgs'];
  const counters = (await server.rpc('stats.get_statistics', names)) as string[];
  return counters.reduce((sum, counter) => sum + Number(counter.split(' = ')[1]), 0);
}

/** A callee who answers whatever reaches him, until it is told to stop. */
async function answering(callee: Phone): Promise<void> {
  for (;;) {
    const request = await callee.receive('a request', ({ method }) => method !== '').catch(() => undefined);
    if (request === undefined) return;
    if (request.method === 'INVITE') callee.reply(request, 486, 'Busy Here', { tag: 'callee' });
    else if (request.method !== 'ACK') callee.reply(request, 200, 'OK', { tag: 'callee' });
  }
}

/** Who sends what was mutated, from the trusted address. */
interface Sender {
  send(text: string): void;
  close(): void;
}

async function openSender(transport: 'udp' | 'tcp' | 'ws'): Promise<Sender> {
  if (transport === 'ws') return openWebSocket();
  const address = { host: server.host, port: server.port };
  const phone = await Phone.open({ user: 'caller', domain: server.domain, host: TRUSTED, server: address, transport });
  return {
    send: (text) => {
      phone.send(text);
      phone.inbox.length = 0;
    },
    close: () => phone.close(),
  };
}

/** The server may close it at any message that can not be one. */
async function openWebSocket(): Promise<Sender> {
  const socket = new WebSocket(`ws://127.0.0.1:${webPort}`, 'sip', { localAddress: TRUSTED });
  socket.on('error', () => socket.terminate());
  await once(socket, 'open');
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.from(text, 'latin1'));
    },
    close: () => socket.close(),
  };
}

/** Messages to begin with: our torture messages, and requests that a trusted caller sends to a registered phone. */
function beginnings(caller: Phone, callee: Phone): string[] {
  const torture = [...valid, ...invalid, ...semantics, ...ipv6].map(({ text }) => text);
  const to = { to: `<${callee.addressOfRecord}>;tag=made-up` };
  const own = METHODS.flatMap((method) => [
    caller.newRequest(method, callee.addressOfRecord, { body: method === 'INVITE' ? 'v=0\r\n' : '' }),
    caller.newRequest(method, callee.addressOfRecord, to),
  ]);
  const answer = `SIP/2.0 200 OK\r\n${own[0]?.slice(own[0].indexOf('\r\n') + 2)}`;
  // Ours get further, so there are more of them.
  return [...torture, answer, ...Array.from({ length: 16 }, () => own).flat()];
}

describe.each([
  ['udp', 1],
  ['tcp', 2],
  ['ws', 3],
] as const)('a sender of mutated messages over %s', (transport, seed) => {
  it(
    `does not stop the server, make it fail or make it grow, in ${MESSAGES} messages`,
    async () => {
      const random = randomFrom(seed);
      const witness = await cast.phone();
      const callee = await cast.registered();
      const stopped = answering(callee);
      const texts = beginnings(witness, callee);
      let sender = await openSender(transport);
      let early = 0;
      const before = await arrived();
      for (let sent = 0; sent < MESSAGES; sent += 1) {
        sender.send(mutated(texts, random));
        if (sent % BATCH < BATCH - 1) continue;
        await witness.settle();
        if (transport !== 'udp') {
          sender.close();
          sender = await openSender(transport);
        }
        if (early === 0 && sent >= MESSAGES / 4) early = await memory();
      }
      await witness.settle();
      expect(server.isRunning).toBe(true);
      // Not each of them is whole enough to be one, and on a stream none is after one that can not be read.
      expect((await arrived()) - before).toBeGreaterThan(MESSAGES / 2);
      expect(server.log.split('\n').filter((line) => line.includes('"event":"failure"'))).toEqual([]);
      expect((await memory()) - early).toBeLessThan(GROWTH);
      sender.close();
      callee.abandon();
      await stopped;
    },
    process.env.SIPCTL_TEST_LONG === '1' ? 1_800_000 : 400_000,
  );
});
