import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/open.js';
import { Child } from '../support/child.js';
import { temporaryFolder } from '../support/temp.js';

const BUILT = new URL('../../dist/src/storage/open.js', import.meta.url);

/** Runs `body` with an open `storage` in a process of its own; answers what it printed. */
async function inProcess(url: string, body: string): Promise<string> {
  if (!existsSync(fileURLToPath(BUILT))) throw new Error('build first: npm run build');
  const script = `
    const { openStorage } = await import(${JSON.stringify(BUILT.href)});
    const storage = await openStorage(${JSON.stringify(url)}, { create: true });
    try { ${body} } catch (error) { console.log(error.code, error.message); }
    await storage.close();
  `;
  const child = new Child(process.execPath, ['--input-type=module', '--eval', script]);
  const { status } = await child.ended;
  if (status !== 0) throw new Error(child.stderr);
  return child.stdout.trim();
}

const ADD_ALICE = `
  await storage.subscribers.add({ username: 'alice', domain: 'example.org', password: '', ha1: '', ha1b: '' });
  console.log('added');
`;

describe('several processes on one SQLite file', () => {
  it('make it together, and one of them adds the user', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'sipctl.db')}`;
    const printed = await Promise.all(Array.from({ length: 6 }, () => inProcess(url, ADD_ALICE)));
    const conflict = 'CONFLICT subscriber alice@example.org exists already';
    expect(printed.sort()).toEqual([...Array(5).fill(conflict), 'added']);
  });

  it('wait for each other, so that no write is lost', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'sipctl.db')}`;
    const storage = await openStorage(url, { create: true });
    const addTen = (name: string) =>
      inProcess(
        url,
        `for (let n = 0; n < 10; n++) await storage.rules.add({ type: 'A', rule: '${name}' + n, note: null });`,
      );
    expect(await Promise.all(['a', 'b', 'c'].map(addTen))).toEqual(['', '', '']);
    const positions = (await storage.rules.list()).map((rule) => rule.position);
    expect(positions).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    await storage.close();
  });
});
