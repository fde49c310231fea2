import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.js';
import { ha1 } from '../../src/sip/digest.js';
import { openStorage } from '../../src/storage/open.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn, worldIn } from './support/world.js';

let home: string;

beforeEach(async () => {
  home = temporaryFolder();
  await cliIn(home)(['add', '1001', 'old']);
});

/** Runs a command on a terminal where a person types each line when the question before it has appeared. */
async function typing(argv: readonly string[], lines: readonly [question: string, answer: string][]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  // As with process.stderr, the end of a prompt is not the end of the stream.
  stderr.end = () => stderr;
  let shown = '';
  const pending = [...lines];
  stderr.on('data', (chunk) => {
    shown += String(chunk);
    const [next] = pending;
    if (next === undefined || !shown.includes(next[0])) return;
    pending.shift();
    shown = shown.slice(shown.indexOf(next[0]) + next[0].length);
    // The question is on the screen a moment before keys are read.
    setImmediate(() => stdin.write(next[1]));
  });
  const all: string[] = [];
  stderr.on('data', (chunk) => all.push(String(chunk)));
  const status = await runCli(argv, { ...worldIn(home), stdin, stderr });
  return { status, stderr: all.join('') };
}

async function hashes(): Promise<string[]> {
  const storage = await openStorage(`sqlite:${join(home, '.local/share/sipctl/sipctl.db')}`);
  try {
    return (await storage.subscribers.list()).map((row) => row.ha1);
  } finally {
    await storage.close();
  }
}

describe('on a terminal', () => {
  it('a removal is asked about, and no is the default', async () => {
    const { status, stderr } = await typing(['rm', '1001'], [['Remove 1001@example.org', '\r']]);
    expect(status).toBe(1);
    expect(stderr).toContain('nothing was changed');
    expect(await hashes()).toHaveLength(1);
  });

  it('a removal that is confirmed is done', async () => {
    expect((await typing(['rm', '1001'], [['Remove 1001@example.org', 'y\r']])).status).toBe(0);
    expect(await hashes()).toEqual([]);
  });

  it('a password that is left out is asked for twice and not shown', async () => {
    const { status, stderr } = await typing(
      ['passwd', '1001'],
      [
        ['New password:', 'typed secret\r'],
        ['Once more:', 'typed secret\r'],
      ],
    );
    expect(status).toBe(0);
    expect(stderr).not.toContain('typed secret');
    expect(await hashes()).toEqual([ha1('MD5', '1001', 'example.org', 'typed secret')]);
  });

  it('two passwords that differ change nothing', async () => {
    const before = await hashes();
    const { status } = await typing(
      ['passwd', '1001'],
      [
        ['New password:', 'one\r'],
        ['Once more:', 'two\r'],
      ],
    );
    expect(status).toBe(2);
    expect(await hashes()).toEqual(before);
  });

  it('Ctrl-C at a question is status 130, and nothing is changed', async () => {
    expect((await typing(['rm', '1001'], [['Remove 1001@example.org', '\u0003']])).status).toBe(130);
    expect(await hashes()).toHaveLength(1);
  });

  it('a password among the arguments is warned about', async () => {
    const { stderr } = await typing(['passwd', '1001', 'visible'], []);
    expect(stderr).toContain('history');
    expect(stderr).not.toContain('visible');
  });
});

describe('SIGINT', () => {
  it('ends a command that waits with status 130', async () => {
    const signals = new EventEmitter();
    const stdin = new PassThrough();
    const running = runCli(['add', '1002', '--password-stdin'], { ...worldIn(home), stdin, signals });
    while (signals.listenerCount('SIGINT') === 0) await new Promise((resolve) => setImmediate(resolve));
    signals.emit('SIGINT');
    expect(await running).toBe(130);
    expect(await hashes()).toHaveLength(1);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });
});
