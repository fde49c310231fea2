import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../src/control/methods.js';
import { type ControlServer, serveControl } from '../../src/control/server.js';
import { temporaryFolder } from '../support/temp.js';
import { handlers, notFound, talk } from './support.js';

let folder: string;
let path: string;
const open: ControlServer[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'control', 's.sock');
});

afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function serve(some: Partial<Handlers> = {}, place = path): Promise<ControlServer> {
  const server = await serveControl(place, handlers(some));
  open.push(server);
  return server;
}

/** A socket file whose owner is gone, as after kill -9. */
function leaveStaleSocket(): void {
  mkdirSync(join(folder, 'control'), { mode: 0o700 });
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

const line = (method: string, id: unknown = 1, params: unknown = []) =>
  `${JSON.stringify({ jsonrpc: '2.0', method, id, params })}\n`;

describe('the control socket', () => {
  it('has mode 0600 in a directory of mode 0700', async () => {
    await serve();
    expect(modeOf(path)).toBe('600');
    expect(modeOf(join(folder, 'control'))).toBe('700');
  });

  it('is not opened where a server answers already', async () => {
    await serve({ 'core.version': () => 'first' });
    await expect(serve()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await talk(path, line('core.version'))).toEqual(['{"jsonrpc":"2.0","result":"first","id":1}']);
  });

  it('replaces one that a killed server left behind', async () => {
    leaveStaleSocket();
    expect(lstatSync(path).isSocket()).toBe(true);
    await serve({ 'core.version': () => 'second' });
    expect(await talk(path, line('core.version'))).toEqual(['{"jsonrpc":"2.0","result":"second","id":1}']);
  });

  it('does not follow a symbolic link', async () => {
    const target = join(folder, 'target.sock');
    await serve({}, target);
    mkdirSync(join(folder, 'control'));
    symlinkSync(target, path);
    await expect(serve()).rejects.toMatchObject({ code: 'FAILED' });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it('does not replace a file that is no socket', async () => {
    mkdirSync(join(folder, 'control'));
    writeFileSync(path, 'precious');
    await expect(serve()).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('is not opened in a directory that others may write to', async () => {
    mkdirSync(join(folder, 'control'));
    chmodSync(join(folder, 'control'), 0o777);
    await expect(serve()).rejects.toMatchObject({ code: 'CONFIG' });
  });

  it('with a path that does not fit into a socket address is refused', async () => {
    await expect(serve({}, join(folder, 'x'.repeat(120)))).rejects.toMatchObject({ code: 'CONFIG' });
  });

  it('is gone when the server has closed', async () => {
    const server = await serveControl(path, handlers({}));
    await server.close();
    expect(existsSync(path)).toBe(false);
  });
});

describe('a conversation', () => {
  it('answers a line with a line, in their order, whatever they are cut into', async () => {
    let turn = 0;
    await serve({
      'core.version': async () => {
        // The first answer is the slower one.
        if (turn++ === 0) await new Promise((resolve) => setImmediate(resolve));
        return `v${turn}`;
      },
    });
    const lines = await talk(path, `${line('core.version', 'a')}\r\n\n${line('core.version', 'b')}`, 2);
    expect(lines.map((text) => JSON.parse(text).id)).toEqual(['a', 'b']);
  });

  it('answers a Failure of a handler as a fault with its data', async () => {
    await serve({
      'ul.lookup': () => {
        throw notFound;
      },
    });
    const [answer = ''] = await talk(path, line('ul.lookup', 1, ['location', 'x@y']));
    const { message, hint, details } = notFound;
    expect(JSON.parse(answer).error).toEqual({ code: 404, message, data: { code: 'NOT_FOUND', hint, details } });
  });

  it('tells the server about a bug in a handler, and the caller only that there was one', async () => {
    const bugs: string[] = [];
    const some = handlers({});
    open.push(await serveControl(path, some, (error, method) => bugs.push(`${method}: ${String(error)}`)));
    const [answer = ''] = await talk(path, line('core.uptime'));
    expect(JSON.parse(answer).error).toEqual({ code: -32_603, message: 'Internal error' });
    expect(bugs).toEqual(['core.uptime: Error: core.uptime is not expected']);
  });

  it.each(['nosuch', 'constructor', '__proto__', 'toString', ''])(
    'answers the unknown method %s as Kamailio does',
    async (name) => {
      await serve();
      const [answer = ''] = await talk(path, line(name));
      expect(JSON.parse(answer).error).toMatchObject({ code: 500, message: 'Method Not Found' });
    },
  );

  it('goes on after a line that is no request', async () => {
    await serve({ 'core.version': () => 'still here' });
    const lines = await talk(path, `nonsense\n{"id":5}\n${line('core.version', 6)}`, 3);
    expect(lines.map((text) => JSON.parse(text)).map(({ id, error }) => [id, error?.code])).toEqual([
      [null, -32_700],
      [5, -32_600],
      [6, undefined],
    ]);
  });

  it('ends with a fault after a line of more than a megabyte, and the server goes on', async () => {
    await serve({ 'core.version': () => 'still here' });
    const [fault = ''] = await talk(path, Buffer.alloc(1_100_000, 0x78));
    expect(JSON.parse(fault).error.code).toBe(-32_600);
    expect(await talk(path, line('core.version'))).toHaveLength(1);
  });

  it('that the caller breaks off does not disturb the server', async () => {
    let caller: Socket | undefined;
    const answered = new Promise<void>((resolve) => {
      serve({
        'core.version': async () => {
          const gone = once(caller as Socket, 'close');
          caller?.destroy();
          await gone;
          resolve();
          return 'to nobody';
        },
        'system.listMethods': () => ['x'],
      }).then(() => {
        caller = connect(path, () => caller?.write(line('core.version')));
      });
    });
    await answered;
    expect(await talk(path, line('system.listMethods'))).toHaveLength(1);
  });
});
