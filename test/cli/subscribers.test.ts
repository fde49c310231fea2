import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ha1, ha1b } from '../../src/sip/digest.js';
import { openStorage } from '../../src/storage/open.js';
import type { PasswordHash, Subscriber } from '../../src/storage/rows.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

let home: string;
let run: ReturnType<typeof cliIn>;

beforeEach(() => {
  home = temporaryFolder();
  run = cliIn(home);
});

async function stored(): Promise<Subscriber[]> {
  const storage = await openStorage(`sqlite:${join(home, '.local/share/sipctl/sipctl.db')}`);
  try {
    return await storage.subscribers.list();
  } finally {
    await storage.close();
  }
}

/** What stands in sipctl_ha1 for a password. */
function strongerHashes(username: string, password: string): PasswordHash[] {
  return (['SHA-512-256', 'SHA-256'] as const).map((algorithm) => ({
    algorithm,
    ha1: ha1(algorithm, username, 'example.org', password),
    ha1b: ha1b(algorithm, username, 'example.org', password),
  }));
}

describe('sipctl add', () => {
  it('creates the database, keeps HA1 and HA1B only, and says which columns it wrote', async () => {
    const { status, stdout, stderr } = await run(['add', '1001', 's3cret pass']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'changed\tusername\tdomain\twritten\n1\t1001\texample.org\tha1,ha1b\n',
    });
    expect(stderr).toBe('note: no server is running, so none had to be told\n');
    expect(await stored()).toEqual([
      {
        id: 1,
        username: '1001',
        domain: 'example.org',
        password: '',
        ha1: ha1('MD5', '1001', 'example.org', 's3cret pass'),
        ha1b: ha1b('MD5', '1001', 'example.org', 's3cret pass'),
        hashes: strongerHashes('1001', 's3cret pass'),
      },
    ]);
  });

  it.each([
    [['--plaintext'], {}],
    [[], { STORE_PLAINTEXT_PW: '1' }],
    [[], { SIPCTL_STORE_PLAINTEXT: 'yes' }],
  ])('keeps the clear text too with %s %o', async (options, env) => {
    const circumstances = { env: { SIPCTL_DOMAIN: 'example.org', ...env } };
    const { stdout } = await run(['add', '1001', 'clear', '--json', ...options], circumstances);
    expect(JSON.parse(stdout)).toMatchObject({ written: ['ha1', 'ha1b', 'password'] });
    expect(stdout).not.toContain('clear');
    expect((await stored())[0]?.password).toBe('clear');
  });

  it('takes the password from standard input', async () => {
    expect((await run(['add', '1001', '--password-stdin'], { stdin: 'from stdin\r\nrest' })).status).toBe(0);
    expect((await stored())[0]?.ha1).toBe(ha1('MD5', '1001', 'example.org', 'from stdin'));
  });

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['a control character', 'a\u0007b\n'],
    ['more than a line can be', 'x'.repeat(5000)],
  ])('refuses %s on standard input', async (_what, stdin) => {
    expect((await run(['add', '1001', '--password-stdin'], { stdin })).status).toBe(2);
  });

  it('does not ask for a password without a terminal', async () => {
    const { status, stderr } = await run(['add', '1001']);
    expect(status).toBe(2);
    expect(stderr).toContain('--password-stdin');
  });

  it('refuses two passwords', async () => {
    expect((await run(['add', '1001', 'pw', '--password-stdin'], { stdin: 'pw\n' })).status).toBe(2);
  });

  it('understands sip:user@domain, in whose domain case does not count', async () => {
    await run(['add', 'sip:Alice@Example.COM', 'pw']);
    expect(await stored()).toMatchObject([{ username: 'Alice', domain: 'example.com' }]);
    expect((await run(['show', 'Alice@EXAMPLE.com'])).status).toBe(0);
  });

  it('of a user who is there is a CONFLICT, and changes nothing', async () => {
    await run(['add', '1001', 'first']);
    const before = await stored();
    expect((await run(['add', '1001', 'second'])).status).toBe(5);
    expect((await run(['add', '1001', 'second', '-n'])).status).toBe(5);
    expect(await stored()).toEqual(before);
  });

  it('with --dry-run says what would change and creates nothing, not even the database', async () => {
    const { status, stdout, stderr } = await run(['add', '1001', 'pw', '--dry-run', '--json']);
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 0,
      changed: 0,
      would_change: 1,
      username: '1001',
    });
    expect(stderr).toContain('nothing was changed');
    expect((await run(['db', 'status'])).status).toBe(8);
  });

  it('keeps hostile text out of everything but the place it was meant for', async () => {
    const passwords = [`x' or '1'='1`, '$(touch f)', '--', '"\\', 'emoji 😀', '%s%n'];
    for (const [i, password] of passwords.entries()) {
      expect((await run(['add', `u${i}`, '--', password])).status).toBe(0);
    }
    const hashes = passwords.map((password, i) => ha1('MD5', `u${i}`, 'example.org', password));
    expect((await stored()).map((row) => row.ha1)).toEqual(hashes);
  });
});

describe('the domain', () => {
  it('is fixed when the database is created, and is that of users without one', async () => {
    const unset = { env: { SIPCTL_DOMAIN: '' } };
    await run(['db', 'create', '--domain', 'fixed.example'], unset);
    await run(['add', '1001', 'pw'], unset);
    expect(await stored()).toMatchObject([{ domain: 'fixed.example' }]);
  });
});

describe('sipctl passwd', () => {
  it('gives a new password and empties the clear text of the old one', async () => {
    await run(['add', '1001', 'old', '--plaintext']);
    const { status, stdout } = await run(['passwd', '1001', 'new', '--json']);
    expect({ status, data: JSON.parse(stdout) }).toEqual({
      status: 0,
      data: { changed: 1, username: '1001', domain: 'example.org', written: ['ha1', 'ha1b'] },
    });
    expect(await stored()).toMatchObject([
      { password: '', ha1: ha1('MD5', '1001', 'example.org', 'new'), hashes: strongerHashes('1001', 'new') },
    ]);
  });

  it('of an unknown user is NOT_FOUND', async () => {
    expect((await run(['passwd', '1001', 'new'])).status).toBe(3);
    expect((await run(['passwd', '1001', 'new', '--dry-run'])).status).toBe(3);
  });
});

describe('sipctl show and subscriber list', () => {
  it('never show a hash or a password', async () => {
    await run(['add', '1001', 'visible', '--plaintext']);
    const [row] = await stored();
    const strongHashTexts = row?.hashes.flatMap((hash) => [hash.ha1, hash.ha1b]) ?? [];
    expect(strongHashTexts).toHaveLength(4);
    for (const argv of [
      ['show', '1001'],
      ['subscriber', 'list'],
      ['show', '1001', '--json'],
      ['subscriber', 'list', '-o', 'yaml'],
    ]) {
      const { status, stdout } = await run(argv);
      expect(status).toBe(0);
      for (const secret of ['visible', row?.ha1, row?.ha1b, ...strongHashTexts]) expect(stdout).not.toContain(secret);
    }
  });

  it('tell which digest algorithms a subscriber can answer', async () => {
    await run(['add', '1001', 'pw']);
    const algorithms = async () => JSON.parse((await run(['show', '1001', '--json'])).stdout).algorithms;
    expect(await algorithms()).toEqual(['SHA-512-256', 'SHA-256', 'MD5']);
    const storage = await openStorage(`sqlite:${join(home, '.local/share/sipctl/sipctl.db')}`);
    const { hashes, ...asKamailioDoes } = (await storage.subscribers.list())[0] as Subscriber;
    await storage.subscribers.setCredentials('1001', 'example.org', asKamailioDoes);
    await storage.close();
    expect(hashes).toHaveLength(2);
    expect(await algorithms()).toEqual(['MD5']);
  });

  it('answer an object for one and an array for a list', async () => {
    await run(['add', '1001', 'pw']);
    await run(['add', 'alice@other.example', 'pw']);
    expect(JSON.parse((await run(['show', '1001', '--json'])).stdout)).toMatchObject({ username: '1001' });
    expect(JSON.parse((await run(['subscriber', 'list', '--json'])).stdout)).toHaveLength(2);
    expect(JSON.parse((await run(['subscriber', 'list', 'other.example', '--json'])).stdout)).toMatchObject([
      { username: 'alice' },
    ]);
  });

  it('of an unknown user is NOT_FOUND', async () => {
    expect(await run(['show', 'nobody'])).toMatchObject({ status: 3, stdout: '' });
  });
});

describe('sipctl rm', () => {
  it('asks, and does nothing where nobody can be asked', async () => {
    await run(['add', '1001', 'pw']);
    const { status, stderr } = await run(['rm', '1001']);
    expect(status).toBe(2);
    expect(stderr).toContain('--yes');
    expect(await stored()).toHaveLength(1);
  });

  it('removes the user with --yes, and says from which tables', async () => {
    await run(['add', '1001', 'pw']);
    const { status, stdout } = await run(['rm', '1001', '--yes', '--json']);
    expect({ status, data: JSON.parse(stdout) }).toEqual({
      status: 0,
      data: { changed: 3, username: '1001', domain: 'example.org', removed: { subscriber: 1, sipctl_ha1: 2 } },
    });
    expect(await stored()).toEqual([]);
  });

  it('with --dry-run needs no confirmation and removes nothing', async () => {
    await run(['add', '1001', 'pw']);
    expect(JSON.parse((await run(['rm', '1001', '-n', '--json'])).stdout)).toMatchObject({
      changed: 0,
      would_change: 3,
    });
    expect(await stored()).toHaveLength(1);
  });

  it('of an unknown user is NOT_FOUND', async () => {
    expect((await run(['rm', 'nobody', '--yes'])).status).toBe(3);
  });
});
