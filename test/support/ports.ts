import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range that Linux hands out by itself (32768 and up), so that no outgoing socket can take a port between the
// moment it was found free and the moment the program it was found for binds it; and a share for each test worker.
const FIRST = 10_000;
const SHARE = 5_000;
const WORKERS = 4;

const share = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS) * SHARE;
let next = Math.floor(Math.random() * SHARE);

/**
 * A port that is free for UDP and TCP on the given addresses, for a program that has to be told its port.
 * What can bind port 0 itself should do that instead.
 */
export async function freePort(addresses: readonly string[] = ['127.0.0.1', '::1']): Promise<number> {
  for (let tries = 0; tries < SHARE; tries += 1) {
    const port = share + next;
    next = (next + 1) % SHARE;
    if (await isFree(port, addresses)) return port;
  }
  throw new Error('no free port');
}

async function isFree(port: number, addresses: readonly string[]): Promise<boolean> {
  for (const address of addresses) {
    if (!(await bindsTcp(port, address)) || !(await bindsUdp(port, address))) return false;
  }
  return true;
}

function bindsTcp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function bindsUdp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = address.includes(':') ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
