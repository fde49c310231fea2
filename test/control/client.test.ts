import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../src/control/client.js';
import { type ControlServer, serveControl } from '../../src/control/server.js';
import { temporaryFolder } from '../support/temp.js';
import { handlers, notFound } from './support.js';

let path: string;
const closers: (() => unknown)[] = [];

beforeEach(() => {
  path = join(temporaryFolder(), 's.sock');
});

afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

async function connected(options = {}): Promise<ControlClient> {
  const client = await ControlClient.connect(path, options);
  closers.push(() => client.close());
  return client;
}

/** A server that is not ours: it answers each chunk with this text. */
async function foreignServer(answer: string): Promise<void> {
  const server: Server = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write(answer)));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closers.push(() => server.close());
}

async function ourServer(some: Parameters<typeof handlers>[0]): Promise<ControlServer> {
  const server = await serveControl(path, handlers(some));
  closers.push(() => server.close());
  return server;
}

describe('a client', () => {
  it('gets the result of a method', async () => {
    await ourServer({ 'core.version': () => 'sipctl 1' });
    expect(await (await connected()).call('core.version', {})).toBe('sipctl 1');
  });

  it('hands over its parameters by name', async () => {
    const got: unknown[] = [];
    await ourServer({
      'ul.rm': (params) => {
        got.push(params);
        return {};
      },
    });
    await (await connected()).call('ul.rm', { table: 'location', aor: 'a@b' });
    expect(got).toEqual([{ table: 'location', aor: 'a@b' }]);
  });

  it('gets a Failure of the handler as it was thrown', async () => {
    await ourServer({
      'ul.lookup': () => {
        throw notFound;
      },
    });
    const { code, message, hint, details } = notFound;
    await expect((await connected()).callAny('ul.lookup', ['location', 'a@b'])).rejects.toMatchObject({
      code,
      message,
      hint,
      details,
    });
  });

  it('may ask several things at once', async () => {
    await ourServer({ 'core.version': () => 'v', 'system.listMethods': () => ['m'] });
    const client = await connected();
    expect(await Promise.all([client.call('core.version', {}), client.call('system.listMethods', {})])).toEqual([
      'v',
      ['m'],
    ]);
  });

  it('is told with UNREACHABLE that no server answers', async () => {
    await expect(ControlClient.connect(path)).rejects.toMatchObject({ code: 'UNREACHABLE', hint: expect.any(String) });
    expect(await ControlClient.connectIfRunning(path)).toBeUndefined();
  });

  it('is told with UNREACHABLE that the server went away', async () => {
    const server = await ourServer({
      'core.version': () => {
        server.close();
        return new Promise<string>(() => {});
      },
    });
    const client = await connected();
    await expect(client.call('core.version', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(client.call('core.version', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('does not wait for ever', async () => {
    await foreignServer('');
    await expect((await connected({ timeout: 50 })).call('core.version', {})).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('core.version'),
    });
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n', '[]\n', '{"id":1}\n'])('takes %j for no answer', async (answer) => {
    await foreignServer(answer);
    await expect((await connected()).call('core.version', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('does not wait for the answer to a line that the server could not read', async () => {
    await foreignServer('{"jsonrpc":"2.0","error":{"code":-32600,"message":"too long"},"id":null}\n');
    await expect((await connected()).call('core.version', {})).rejects.toThrow('too long');
  });
});
