import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

let home: string;
let run: ReturnType<typeof cliIn>;

beforeEach(() => {
  home = temporaryFolder();
  run = cliIn(home);
});

describe('sipctl db create', () => {
  it('creates the embedded database once; a second time changes nothing', async () => {
    const first = JSON.parse((await run(['db', 'create', '--json'])).stdout);
    expect(first).toMatchObject({ domain: 'example.org', changed: first.migrations.length });
    expect(first.changed).toBeGreaterThan(0);
    expect(JSON.parse((await run(['db', 'create', '--json'])).stdout)).toMatchObject({ changed: 0, migrations: [] });
  });

  it('with --dry-run names what it would make, and makes no file', async () => {
    const url = `sqlite:${join(home, 'new.db')}`;
    const { stdout } = await run(['db', 'create', '--db', url, '-n', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: 0, would_change: JSON.parse(stdout).migrations.length });
    expect(existsSync(join(home, 'new.db'))).toBe(false);
  });
});

describe('sipctl db status', () => {
  it('shows the versions of the tables', async () => {
    await run(['db', 'create']);
    const { status, stdout } = await run(['db', 'status', '--json']);
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 0,
      engine: 'sqlite',
      pending: [],
      versions: { subscriber: 7, location: 9, address: 6 },
    });
  });

  it('of a database without a schema shows what is missing, with status 8', async () => {
    writeFileSync(join(home, 'empty.db'), '');
    const { status, stdout } = await run(['db', 'status', '--db', `sqlite:${join(home, 'empty.db')}`, '--json']);
    expect(status).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({ applied: [], versions: {} });
  });

  it('of a database that is not there is status 8', async () => {
    expect(await run(['db', 'status'])).toMatchObject({ status: 8, stdout: '' });
  });
});

describe('a database that is no database', () => {
  it('is status 8', async () => {
    writeFileSync(join(home, 'text.db'), 'this is no database\n'.repeat(100));
    expect((await run(['subscriber', 'list', '--db', `sqlite:${join(home, 'text.db')}`])).status).toBe(8);
  });
});

describe('sipctl config show', () => {
  it('tells where each value came from with --origin', async () => {
    writeFileSync(join(home, 'sipctl.toml'), '[timers]\nt1 = 250\n');
    const { stdout } = await run(['config', 'show', '--origin', '--db', 'mysql://u:s3cret@h/k', '--json']);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([
        { key: 'timers.t1', value: '250', origin: join(home, 'sipctl.toml') },
        { key: 'db', value: 'mysql://u:***@h/k', origin: '--db' },
        { key: 'domain', value: 'example.org', origin: 'SIPCTL_DOMAIN' },
      ]),
    );
  });

  it('of a setting that is invalid is status 9, naming it', async () => {
    const { status, stderr } = await run(['config', 'show'], { env: { SIPCTL_LOG_LEVEL: 'loud' } });
    expect({ status, stderr }).toMatchObject({
      status: 9,
      stderr: expect.stringContaining('SIPCTL_LOG_LEVEL: log.level'),
    });
  });
});
