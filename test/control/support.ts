import { connect } from 'node:net';
import type { Handlers } from '../../src/control/methods.js';
import { Failure } from '../../src/errors.js';

/** Handlers of which only those under test do anything; the others are a bug when called. */
export function handlers(some: Partial<Handlers>): Handlers {
  return new Proxy(some, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new Error(`${String(name)} is not expected`);
      }),
  }) as Handlers;
}

/** Sends text as it is and answers with the lines that come back until `count` have or the other side ends. */
export function talk(path: string, text: string | Buffer, count = 1): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(path, () => socket.write(text));
    const lines = () => received.split('\n').slice(0, -1);
    socket.on('error', reject);
    socket.on('close', () => resolve(lines()));
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
      if (lines().length >= count) socket.destroy();
    });
  });
}

export const notFound = new Failure('NOT_FOUND', 'AOR not found in location table', 'ul show lists them', ['a', 1]);
