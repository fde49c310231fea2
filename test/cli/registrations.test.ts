import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.js';
import type { Handlers, Result } from '../../src/control/methods.js';
import { type ControlServer, serveControl } from '../../src/control/server.js';
import { handlers } from '../control/support.js';
import { temporaryFolder } from '../support/temp.js';
import { textOf } from '../support/text-of.js';
import { until } from '../support/until.js';
import { cliIn, worldIn } from './support/world.js';

type Events = Result<'registrar.events'>;

let home: string;
let server: ControlServer | undefined;

beforeEach(() => {
  home = temporaryFolder();
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serving(some: Partial<Handlers>): Promise<void> {
  server = await serveControl(join(home, 'sock'), handlers(some));
}

const CREATED: Events['events'][number] = {
  sequence: 5,
  time: '2026-01-01T00:00:00.000Z',
  event: 'created',
  aor: '1001@example.org',
  contact: 'sip:1001@192.0.2.7\u001b[31m',
  expires: 60,
  received: null,
  socket: 'udp:192.0.2.1:5060',
  user_agent: 'a "phone"',
  callid: 'c',
  reason: null,
};

/** Answers the first question with number 4, the next with one event and another, and holds back the rest. */
async function eventful(asked: unknown[]): Promise<void> {
  await serving({
    'registrar.events': (params) => {
      asked.push(params);
      if (asked.length === 1) return { last: 4, events: [] };
      if (asked.length > 2) return new Promise<Events>(() => undefined);
      const rejected = {
        ...CREATED,
        sequence: 6,
        event: 'rejected' as const,
        contact: null,
        expires: null,
        reason: '403',
      };
      return { last: 6, events: [CREATED, rejected] };
    },
  });
}

/** Lets `ul watch` run until the server is asked for what comes after the two events, and interrupts it. */
async function watched(...flags: readonly string[]) {
  const asked: unknown[] = [];
  await eventful(asked);
  const world = worldIn(home);
  const running = runCli(['ul', 'watch', ...flags], world);
  await until('the third question', () => asked.length === 3);
  (world.signals as unknown as NodeJS.EventEmitter).emit('SIGINT');
  return { status: await running, asked, stdout: textOf(world.stdout), stderr: textOf(world.stderr) };
}

describe('sipctl ul watch', () => {
  it('prints a line for each event from now on, and ends with status 0 when interrupted', async () => {
    const { status, asked, stdout, stderr } = await watched();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(asked).toEqual([{}, { since: 4, wait: 30 }, { since: 6, wait: 30 }]);
    expect(stdout).toBe(
      '2026-01-01T00:00:00.000Z\tcreated\t1001@example.org\tsip:1001@192.0.2.7\\x1b[31m\t60\t\ta "phone"\t\n' +
        '2026-01-01T00:00:00.000Z\trejected\t1001@example.org\t\t\t\ta "phone"\t403\n',
    );
  });

  it('prints JSON lines with --json', async () => {
    const lines = (await watched('--json')).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'created', expires: 60 }, { reason: '403' }]);
    expect(lines[0]).not.toContain('\u001b');
  });

  it.each([
    ['csv', 'created,1001@example.org', '"a ""phone"""'],
    ['yaml', '- time: ', '  event: created'],
  ])('prints %s', async (format, ...parts) => {
    const { stdout } = await watched('-o', format);
    for (const part of parts) expect(stdout).toContain(part);
  });

  it('ends when nobody reads any more', async () => {
    const asked: unknown[] = [];
    await eventful(asked);
    const world = worldIn(home);
    world.stdout.destroy();
    world.stdout.on('error', () => undefined);
    const closed = Object.assign(new Error('nobody reads'), { code: 'EPIPE' });
    world.stdout.write = () => {
      queueMicrotask(() => world.stdout.emit('error', closed));
      return false;
    };
    expect(await runCli(['ul', 'watch'], world)).toBe(0);
    expect(asked).toHaveLength(2);
  });
});

describe('sipctl ul add', () => {
  it('sends what kamctl sends, and nothing in a dry run', async () => {
    const added: unknown[] = [];
    await serving({
      'ul.add': (params) => {
        added.push(params);
        return {};
      },
    });
    const run = cliIn(home);
    const { stdout } = await run(['ul', 'add', '1001', 'sip:1001@192.0.2.7', '60', '<sip:edge;lr>', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      changed: 1,
      aor: '1001@example.org',
      contact: 'sip:1001@192.0.2.7',
      expires: 60,
    });
    await run(['ul', 'add', '1001', 'sip:1001@192.0.2.7', '--dry-run']);
    expect(added).toEqual([
      {
        table: 'location',
        aor: '1001@example.org',
        contact: 'sip:1001@192.0.2.7',
        expires: 60,
        path: '<sip:edge;lr>',
      },
    ]);
    expect((await run(['ul', 'add', '1001', 'nowhere'])).status).toBe(2);
  });
});

describe('without a server', () => {
  it.each([
    ['ul', 'watch'],
    ['ul', 'add', '1001', 'sip:1001@192.0.2.7'],
  ])('%s %s is status 7', async (...argv) => {
    expect(await cliIn(home)(argv)).toMatchObject({ status: 7, stdout: '' });
  });
});
