import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/open.js';
import type { NewRule } from '../../src/storage/storage.js';
import { temporaryFolder } from '../support/temp.js';
import { cliIn } from './support/world.js';

let home: string;
let run: ReturnType<typeof cliIn>;

beforeEach(() => {
  home = temporaryFolder();
  run = cliIn(home);
});

const PREMIUM = 'ALL : "^sip:900"';

async function shown(): Promise<{ id: number; type: string; position: number; rule: string; note: string | null }[]> {
  return JSON.parse((await run(['rules', 'show', '--json'])).stdout);
}

/** As somebody does it with SQL, past every check. */
async function store(rules: readonly NewRule[]): Promise<void> {
  const storage = await openStorage(`sqlite:${join(home, '.local/share/sipctl/sipctl.db')}`, { create: true });
  try {
    await storage.rules.replaceAll(rules);
  } finally {
    await storage.close();
  }
}

function write(name: string, text: string | Buffer): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

describe('sipctl rules add', () => {
  it('adds at the end of its type, with the note', async () => {
    await run(['rules', 'add', 'deny', PREMIUM, '--note', 'premium rate']);
    await run(['rules', 'add', 'deny', 'ALL : ALL']);
    expect((await run(['rules', 'add', 'allow', '  "^sip:1" : "^sip:2"  # internal'])).status).toBe(0);
    expect(await shown()).toMatchObject([
      { type: 'A', position: 1, rule: '"^sip:1" : "^sip:2"', note: 'internal' },
      { type: 'D', position: 1, rule: PREMIUM, note: 'premium rate' },
      { type: 'D', position: 2, rule: 'ALL : ALL', note: null },
    ]);
  });

  it('refuses a rule that Kamailio would drop, with its place and a caret', async () => {
    const { status, stderr } = await run(['rules', 'add', 'deny', 'ALL : "^sip:(900"']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/RULE:1:\d+: .+\n {2}ALL : "\^sip:\(900"\n {2} +\^\n/);
    expect(await shown()).toEqual([]);
  });

  it('of a rule that is there is a CONFLICT, also in a dry run', async () => {
    await run(['rules', 'add', 'deny', PREMIUM]);
    expect((await run(['rules', 'add', 'deny', PREMIUM])).status).toBe(5);
    expect((await run(['rules', 'add', 'deny', PREMIUM, '-n'])).status).toBe(5);
    expect((await run(['rules', 'add', 'allow', PREMIUM, '-n'])).status).toBe(0);
    expect(await shown()).toHaveLength(1);
  });

  it('is refused while the database has a rule that does not load, and says which', async () => {
    await store([{ type: 'D', rule: 'ALL "^sip:900"', note: null }]);
    const { status, stderr } = await run(['rules', 'add', 'deny', 'ALL : ALL']);
    expect(status).toBe(1);
    expect(stderr).toContain('rule 1:1:');
    expect(stderr).toContain('sipctl rules rm ID');
    expect((await run(['rules', 'rm', '1'])).status).toBe(0);
    expect((await run(['rules', 'add', 'deny', 'ALL : ALL'])).status).toBe(0);
  });
});

describe('sipctl rules rm', () => {
  it('removes by id, or by type and text as the tool of the seed does', async () => {
    await run(['rules', 'add', 'deny', PREMIUM]);
    await run(['rules', 'add', 'deny', 'ALL : ALL']);
    expect(JSON.parse((await run(['rules', 'rm', 'deny', ` ${PREMIUM} `, '--json'])).stdout)).toMatchObject({
      changed: 1,
      rule: PREMIUM,
    });
    expect((await run(['rules', 'rm', '2'])).status).toBe(0);
    expect(await shown()).toEqual([]);
  });

  it('of a rule that is not there is NOT_FOUND', async () => {
    await run(['rules', 'add', 'deny', PREMIUM]);
    expect((await run(['rules', 'rm', '77'])).status).toBe(3);
    expect((await run(['rules', 'rm', 'allow', PREMIUM])).status).toBe(3);
    expect((await run(['rules', 'rm', 'deny', 'ALL : "^sip:90_"'])).status).toBe(3);
    expect(await shown()).toHaveLength(1);
  });

  it('asks when the text is that of several rules', async () => {
    await store([1, 2].map(() => ({ type: 'D' as const, rule: PREMIUM, note: null })));
    expect((await run(['rules', 'rm', 'deny', PREMIUM])).status).toBe(2);
    expect((await run(['rules', 'rm', 'deny', PREMIUM, '-y'])).status).toBe(0);
    expect(await shown()).toEqual([]);
  });

  it('refuses an id together with a text, and a type without one', async () => {
    expect((await run(['rules', 'rm', '1', PREMIUM])).status).toBe(2);
    expect((await run(['rules', 'rm', 'deny'])).status).toBe(2);
  });
});

describe('sipctl rules upload', () => {
  it('replaces the whole set, keeps order and comments, and says how many go and come', async () => {
    await run(['rules', 'add', 'deny', 'ALL : ALL']);
    const allow = write('a', '# a comment\n\n"^sip:2" : ALL # second\n"^sip:1" : ALL\n');
    const deny = write('d', `${PREMIUM}\r\n`);
    const { status, stdout } = await run(['rules', 'upload', allow, deny, '--yes', '--json']);
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, removed: 1, added: 3, allow, deny });
    expect((await shown()).map(({ type, position, rule, note }) => [type, position, rule, note])).toEqual([
      ['A', 1, '"^sip:2" : ALL', 'second'],
      ['A', 2, '"^sip:1" : ALL', null],
      ['D', 1, PREMIUM, null],
    ]);
  });

  it('takes rules.allow and rules.deny of the working directory, then those of rules.dir', async () => {
    mkdirSync(join(home, 'etc'));
    const env = { SIPCTL_RULES_DIR: join(home, 'etc') };
    expect((await run(['rules', 'upload', '-y'], { env })).status).toBe(3);
    write('etc/rules.allow', '"^sip:far" : ALL\n');
    expect((await run(['rules', 'upload', '-y'], { env })).status).toBe(0);
    expect(await shown()).toMatchObject([{ rule: '"^sip:far" : ALL' }]);
    write('rules.deny', '"^sip:near" : ALL\n');
    expect((await run(['rules', 'upload', '-y'], { env })).status).toBe(0);
    expect(await shown()).toMatchObject([{ type: 'D', rule: '"^sip:near" : ALL' }]);
  });

  it('asks, and changes nothing where nobody can be asked', async () => {
    const allow = write('a', 'ALL : ALL\n');
    expect((await run(['rules', 'upload', allow, join(home, 'none')])).status).toBe(2);
    expect(await shown()).toEqual([]);
  });

  it('refuses the set when one line is bad, with every problem and its place, and keeps the old one', async () => {
    await run(['rules', 'add', 'deny', PREMIUM]);
    const allow = write('a', 'ALL : ALL\nALL ALL\n');
    const deny = write('d', 'ALL : "^sip:["\n');
    const { status, stderr } = await run(['rules', 'upload', allow, deny, '--yes']);
    expect(status).toBe(2);
    expect(stderr).toContain(`${allow}:2:`);
    expect(stderr).toContain(`${deny}:1:`);
    const json = await run(['rules', 'upload', allow, deny, '--yes', '--json']);
    expect(JSON.parse(json.stderr).error.details).toMatchObject([
      { source: allow, line: 2 },
      { source: deny, line: 1 },
    ]);
    expect(await shown()).toMatchObject([{ rule: PREMIUM }]);
  });

  it('refuses one file without the other, and a file that is not UTF-8', async () => {
    const allow = write('a', 'ALL : ALL\n');
    expect((await run(['rules', 'upload', allow, '-y'])).status).toBe(2);
    expect(
      (await run(['rules', 'upload', write('l', Buffer.from('"\xe9" : ALL\n', 'latin1')), allow, '-y'])).status,
    ).toBe(2);
  });

  it('says how many would go and come with --dry-run, and changes nothing', async () => {
    await run(['rules', 'add', 'deny', PREMIUM]);
    const deny = write('d', 'ALL : ALL\n"^sip:1" : ALL\n');
    const { stdout } = await run(['rules', 'upload', join(home, 'none'), deny, '-n', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: 0, would_change: 3, removed: 1, added: 2 });
    expect(await shown()).toMatchObject([{ rule: PREMIUM }]);
  });

  it('cuts a comment that is longer than a note can be, and says so', async () => {
    const deny = write('d', `ALL : ALL # ${'x'.repeat(300)}\n`);
    expect((await run(['rules', 'upload', join(home, 'none'), deny, '-y'])).stderr).toContain('cut');
    expect((await shown())[0]?.note).toHaveLength(255);
  });
});

describe('sipctl rules download', () => {
  it('keeps a note apart from a rule with an open quote, which would swallow it', async () => {
    await run(['rules', 'add', 'allow', '"a" : "b', '--note', 'half quoted']);
    await run(['rules', 'download', join(home, 'a'), join(home, 'd')]);
    expect(readFileSync(join(home, 'a'), 'utf8')).toContain('\n# half quoted\n"a" : "b\n');
  });

  it('writes files that upload reads back as they were, order and notes too', async () => {
    await run(['rules', 'add', 'allow', '"^sip:2" : ALL', '--note', 'zwei für alle']);
    await run(['rules', 'add', 'allow', '"^sip:1" : "^sip:\\+49"']);
    await run(['rules', 'add', 'deny', PREMIUM]);
    const before = (await shown()).map(({ type, position, rule, note }) => ({ type, position, rule, note }));
    const files = [join(home, 'a'), join(home, 'd')];
    expect((await run(['rules', 'download', ...files])).status).toBe(0);
    expect((await run(['rules', 'check', ...files])).status).toBe(0);
    await run(['rules', 'upload', ...files, '-y']);
    expect((await shown()).map(({ type, position, rule, note }) => ({ type, position, rule, note }))).toEqual(before);
  });

  it('asks before it overwrites a file that says something else, and leaves one alone that says the same', async () => {
    const files = [join(home, 'a'), join(home, 'd')];
    await run(['rules', 'download', ...files]);
    expect((await run(['rules', 'download', ...files])).status).toBe(0);
    await run(['rules', 'add', 'deny', PREMIUM]);
    expect((await run(['rules', 'download', ...files])).status).toBe(2);
    expect(readFileSync(join(home, 'd'), 'utf8')).not.toContain(PREMIUM);
    const { stdout } = await run(['rules', 'download', ...files, '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: 1, deny_rules: 1 });
    expect(readFileSync(join(home, 'd'), 'utf8')).toContain(PREMIUM);
  });

  it('writes nothing in a dry run', async () => {
    await run(['rules', 'download', join(home, 'a'), join(home, 'd'), '-n']);
    expect(existsSync(join(home, 'a'))).toBe(false);
  });

  it('never makes a rule of a note', async () => {
    const note = `one\nALL : ALL\u2028 ${'ü'.repeat(230)}`;
    await store([{ type: 'D', rule: `"${'x'.repeat(200)}" : "${'y'.repeat(200)}"`, note }]);
    await run(['rules', 'download', join(home, 'a'), join(home, 'd')]);
    const lines = readFileSync(join(home, 'd'), 'utf8').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(1);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(499);
  });

  it('is refused while the database has a rule that Kamailio would not read', async () => {
    await store([{ type: 'D', rule: 'ALL : "^sip:900"\nALL : ALL', note: null }]);
    expect((await run(['rules', 'download', join(home, 'a'), join(home, 'd')])).status).toBe(1);
    expect(existsSync(join(home, 'd'))).toBe(false);
  });
});

describe('sipctl rules check', () => {
  it('of files without mistakes is 0, and counts their rules', async () => {
    const { status, stdout } = await run(['rules', 'check', write('a', `${PREMIUM}\n# x\nALL : ALL\n`), '--json']);
    expect({ status, data: JSON.parse(stdout) }).toMatchObject({ status: 0, data: [{ rules: 2, problems: 0 }] });
  });

  it('of files with mistakes is 6, with each place', async () => {
    write('bad', 'ALL : ALL\nALL\n"^sip:(" : ALL\n');
    const { status, stdout, stderr } = await run(['rules', 'check', 'bad']);
    expect({ status, stdout }).toEqual({ status: 6, stdout: 'source\trules\tproblems\nbad\t1\t2\n' });
    expect(stderr).toContain('bad:2:1: ');
    expect(stderr).toContain('bad:3:');
    expect(stderr).toMatch(/^sipctl: 2 problems found\n/);
  });

  it('without files looks at the set in the database, with no server running', async () => {
    await store([{ type: 'D', rule: 'ALL ALL', note: null }]);
    const { status, stderr } = await run(['rules', 'check']);
    expect(status).toBe(6);
    expect(stderr).toContain('rule 1:1:');
  });

  it('of a file that is not there is NOT_FOUND', async () => {
    expect((await run(['rules', 'check', 'nosuch'])).status).toBe(3);
  });
});
