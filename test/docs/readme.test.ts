import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedReadme } from '../../docs/generate.mjs';
import { COMMANDS } from '../../src/cli/commands/index.js';
import * as names from '../../src/config/names.js';
import { SETTINGS } from '../../src/config/settings.js';
import { TestServer } from '../support/server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('has the tables that `npm run docs` makes of the declarations', () => {
    expect(readme).toBe(generatedReadme(readme, { COMMANDS, SETTINGS, names }));
  });
});

describe('the tour', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ settings: { domain: 'example.org' } });
  });
  afterAll(() => server.stop());

  /** What is typed and what a terminal then shows, in order: the commands work on what those before them made. */
  const tour = readme.slice(readme.indexOf('<!-- tour:begin -->'), readme.indexOf('<!-- tour:end -->'));
  const shown = [...tour.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) => commandsOf(block));

  it.each(shown)('shows what `$line` really prints', ({ line, output }) => {
    expect(timeless(runLine(line, server))).toBe(timeless(output));
  });
});

interface Shown {
  readonly line: string;
  readonly output: string;
}

function commandsOf(block: string): Shown[] {
  const parts = block.split(/^\$ /m).slice(1);
  return parts.map((part) => ({
    line: part.slice(0, part.indexOf('\n')),
    output: part.slice(part.indexOf('\n') + 1),
  }));
}

/** Runs a line of the tour in a shell, with tables as on a terminal. */
function runLine(line: string, server: TestServer): string {
  const sipctl = `sipctl() { "${process.execPath}" "${join(root, 'bin', 'sipctl.js')}" "$@" -o table; }`;
  const env = { ...server.environment, PATH: process.env.PATH };
  const { stdout } = spawnSync('bash', ['-c', `${sipctl}; ${line} 2>&1`], { env, encoding: 'utf8' });
  return stdout;
}

/** Times and versions differ from run to run. */
function timeless(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME').replaceAll(/node \d+\.\d+\.\d+/g, 'node VERSION');
}
