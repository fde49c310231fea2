import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXAMPLE_RULES, EXAMPLE_USERS } from '../../src/cli/quickstart/examples.js';
import { generatePassword } from '../../src/cli/quickstart/password.js';
import { phoneServer } from '../../src/cli/quickstart/phone.js';
import { runCli } from '../../src/cli/run.js';
import { parseRule } from '../../src/permissions/rules/parse.js';
import { loadRuleRows } from '../../src/permissions/rules/rule-set.js';
import { ha1 } from '../../src/sip/digest.js';
import { openStorage } from '../../src/storage/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { temporaryFolder } from '../support/temp.js';
import { textOf } from '../support/text-of.js';
import { until } from '../support/until.js';
import { worldIn } from './support/world.js';

let home: string;

beforeEach(() => {
  home = temporaryFolder();
});

const env = (listen: string) => ({
  SIPCTL_DOMAIN: 'example.org',
  SIPCTL_LISTEN: listen,
  SIPCTL_SOCKET: join(home, 'sock'),
  SIPCTL_LOG_LEVEL: 'silent',
});

/** Runs it until it waits for a signal, and ends it with that signal. */
async function quickstart(signal: NodeJS.Signals = 'SIGINT', listen = 'udp:127.0.0.1:0') {
  const signals = new EventEmitter();
  const world = { ...worldIn(home, { env: env(listen) }), signals };
  const running = runCli(['quickstart', '--json'], world);
  await until('quickstart to serve or to end', async () => {
    const ended = await Promise.race([running, Promise.resolve(undefined)]);
    return ended !== undefined || signals.listenerCount(signal) > 0;
  });
  signals.emit(signal);
  return { status: await running, stdout: textOf(world.stdout), stderr: textOf(world.stderr) };
}

async function withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openStorage(`sqlite:${join(home, '.local/share/sipctl/sipctl.db')}`, { create: true });
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

describe('sipctl quickstart', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'makes two subscribers, prints what to type into a phone, and ends cleanly on %s',
    async (signal) => {
      const { status, stdout, stderr } = await quickstart(signal);
      expect(status).toBe(0);
      const phones = JSON.parse(stdout);
      expect(phones).toMatchObject(
        EXAMPLE_USERS.map((user) => ({ user, domain: 'example.org', server: '127.0.0.1', transport: 'udp' })),
      );
      expect(phones[0].port).toBeGreaterThan(0);
      expect(stderr).toContain('shown this once');
      const rows = await withStorage(({ subscribers }) => subscribers.list());
      expect(rows.map((row) => row.ha1)).toEqual(
        phones.map(({ user, password }: { user: string; password: string }) =>
          ha1('MD5', user, 'example.org', password),
        ),
      );
      expect(rows.map((row) => row.password)).toEqual(['', '']);
      const algorithms = rows.map((row) => row.hashes.map((hash) => hash.algorithm));
      expect(algorithms).toEqual([
        ['SHA-512-256', 'SHA-256'],
        ['SHA-512-256', 'SHA-256'],
      ]);
    },
  );

  it('fills the addresses and the rules where there are none, and lets nobody real in', async () => {
    await quickstart();
    await withStorage(async ({ addresses, rules }) => {
      expect(await addresses.list()).toMatchObject([{ grp: 200, ip_addr: '203.0.113.10', mask: 32 }]);
      expect(await rules.list()).toHaveLength(EXAMPLE_RULES.length);
    });
  });

  it('makes nothing new a second time, and says how to get a password', async () => {
    await quickstart();
    const before = await withStorage(({ subscribers }) => subscribers.list());
    const { status, stdout, stderr } = await quickstart();
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { user: '1001', password: null },
      { user: '1002', password: null },
    ]);
    expect(stderr).toContain('sipctl passwd 1001');
    expect(await withStorage(({ subscribers }) => subscribers.list())).toEqual(before);
  });

  it('leaves alone what is there', async () => {
    await withStorage(async ({ rules }) => {
      await rules.add({ type: 'D', rule: 'ALL : ALL', note: null });
    });
    await quickstart();
    expect(await withStorage(({ rules }) => rules.list())).toMatchObject([{ rule: 'ALL : ALL' }]);
  });

  it('fails with a hint when the port is taken, and has made no password that nobody saw', async () => {
    const occupant = createSocket('udp4').bind(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { status, stderr } = await quickstart('SIGINT', `udp:127.0.0.1:${occupant.address().port}`);
    occupant.close();
    expect(status).toBe(1);
    expect(JSON.parse(stderr).error.hint).toContain('--listen');
    expect(await withStorage(({ subscribers }) => subscribers.count())).toBe(0);
  });

  it('with --dry-run says whom it would add, and serves nobody', async () => {
    const world = worldIn(home, { env: env('udp:127.0.0.1:0') });
    expect(await runCli(['quickstart', '-n', '--json'], world)).toBe(0);
    expect(JSON.parse(textOf(world.stdout))).toMatchObject([{ user: '1001' }, { user: '1002' }]);
    expect(await withStorage(({ subscribers }) => subscribers.count())).toBe(0);
  });
});

describe('the example rules', () => {
  it('are rules', () => {
    for (const { rule } of EXAMPLE_RULES) expect(parseRule(rule, 'example', 1)).toMatchObject({ problems: [] });
  });

  it.each([
    ['sip:1002@example.org', true],
    ['sip:9001234@example.org', false],
    ['sip:+900123@example.org', false],
    ['sip:00900123@example.org', false],
    ['sip:+49900123@example.org', true],
    ['sip:alice@example.org', true],
  ])('decide about a call to %s: %s', (uri, allowed) => {
    const { set } = loadRuleRows(EXAMPLE_RULES.map((rule, id) => ({ id, ...rule })));
    expect(set?.decide('sip:1001@example.org', uri).allowed).toBe(allowed);
  });
});

describe('a generated password', () => {
  it('is sixteen characters that can not be mistaken for one another', () => {
    expect(generatePassword()).toMatch(/^([abcdefghjkmnpqrstuvwxyz2-9]{4}-){3}[abcdefghjkmnpqrstuvwxyz2-9]{4}$/);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, generatePassword)).size).toBe(100);
  });
});

describe('the server that a phone is told', () => {
  it('is the first listener', () => {
    expect(phoneServer(['tcp:[2001:db8::1]:5070', 'udp:127.0.0.1:5060'])).toEqual({
      server: '[2001:db8::1]',
      port: 5070,
      transport: 'tcp',
    });
  });

  it('is an address of this machine where the server listens on all', () => {
    expect(phoneServer(['udp:0.0.0.0:5060'])?.server).not.toBe('0.0.0.0');
  });
});
