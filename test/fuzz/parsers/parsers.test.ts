import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { TARGETS } from './targets/index.js';

const CORPUS = join(import.meta.dirname, 'corpus');
const NAMES = Object.keys(TARGETS);
const LONG = process.env.SIPCTL_TEST_LONG !== undefined;
const RUNS = LONG ? 500_000 : 10_000;

describe('what fuzzing has found and reached', () => {
  it('has a corpus for every target', () => {
    expect(readdirSync(CORPUS).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)('%s: every kept input is handled as the target says', (name) => {
    const files = readdirSync(join(CORPUS, name));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(() => TARGETS[name]?.fuzz(readFileSync(join(CORPUS, name, file))), file).not.toThrow();
    }
  });
});

describe('coverage-guided fuzzing', () => {
  it(`finds nothing in ${RUNS} runs of each target from a fixed seed`, {
    timeout: LONG ? 3_600_000 : 240_000,
  }, async () => {
    const args = [join(import.meta.dirname, 'run.mjs'), '--runs', String(RUNS), '--seed', '1'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(child.exitCode, output).toBe(0);
    for (const name of NAMES) {
      const [, runs, edges] = new RegExp(`^${name}: (\\d+) runs .* (\\d+) edges`, 'm').exec(output) ?? [];
      expect(Number(runs), output).toBe(RUNS);
      // Fewer edges than the smallest parser has would mean that nothing is counted, and so nothing guided.
      expect(Number(edges), output).toBeGreaterThan(80);
    }
  });
});
