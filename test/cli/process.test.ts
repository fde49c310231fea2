import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveControl } from '../../src/control/server.js';
import { VERSION } from '../../src/util/version.js';
import { handlers } from '../control/support.js';
import { Child } from '../support/child.js';
import { temporaryFolder } from '../support/temp.js';

const SIPCTL = fileURLToPath(new URL('../../bin/sipctl.js', import.meta.url));
const home = temporaryFolder();
const env = {
  PATH: process.env.PATH,
  HOME: home,
  SIPCTL_DB: `sqlite:${join(home, 'db')}`,
  SIPCTL_SOCKET: join(home, 's.sock'),
  SIPCTL_DOMAIN: 'example.org',
};

/** The built program in a process of its own, as a user runs it. */
async function sipctl(args: readonly string[], input = '') {
  const child = new Child(process.execPath, [SIPCTL, ...args], { env, cwd: home, input });
  const { status } = await child.ended;
  return { status, stdout: child.stdout, stderr: child.stderr };
}

beforeAll(() => sipctl(['add', '1001', 'pw']));

describe('the program', () => {
  it('prints its version, and nothing else', async () => {
    expect(await sipctl(['--version'])).toEqual({ status: 0, stdout: `sipctl ${VERSION}\n`, stderr: '' });
  });

  it('prints data on standard output and everything else on standard error', async () => {
    const { status, stdout, stderr } = await sipctl(['add', '1002', '--password-stdin'], 'pw\n');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'changed\tusername\tdomain\twritten\n1\t1002\texample.org\tha1,ha1b\n',
    });
    expect(stderr).toBe('note: no server is running, so none had to be told\n');
  });

  it.each([
    [2, ['nosuch']],
    [3, ['show', 'nobody']],
    [5, ['add', '1001', 'pw']],
    [7, ['uptime']],
    [8, ['show', '1001', '--db', 'sqlite:/dev/null/nowhere']],
    [9, ['show', '1001', '--kamctlrc', '/nonexistent']],
  ])('ends with status %i after %j, with one sentence on standard error', async (status, args) => {
    const ended = await sipctl(args);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
    expect(ended.stderr).toMatch(/^sipctl: .+\n(hint: .+\n)?$/);
  });

  it('ends silently when its reader goes away', async () => {
    const writer = spawn(process.execPath, [SIPCTL, 'config', 'show', '--json'], { env, cwd: home });
    writer.stdout.destroy();
    let stderr = '';
    writer.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [status] = await once(writer, 'close');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.runIf(process.platform === 'linux')('hides the password of its arguments from other programs', async () => {
    let commandLine = '';
    const server = await serveControl(
      env.SIPCTL_SOCKET,
      handlers({
        'subscriber.reload': () => {
          commandLine = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1');
          return { revision: 2, subscribers: 1 };
        },
      }),
    );
    const child = new Child(process.execPath, [SIPCTL, 'add', '1003', 'topsecret'], { env, cwd: home });
    expect((await child.ended).status).toBe(0);
    await server.close();
    expect(commandLine).toMatch(/^sipctl/);
    expect(commandLine).not.toContain('topsecret');
  });
});
