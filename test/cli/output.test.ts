import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Format } from '../../src/cli/format.js';
import { Output } from '../../src/cli/output.js';
import { Failure } from '../../src/errors.js';
import { textOf } from '../support/text-of.js';

const ESCAPE = '\u001b[2J';
const COLUMNS = ['id', 'tag', 'when'];
const ROWS = [
  { id: 1, tag: `a\tb\n${ESCAPE}\u009b\u202e`, when: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)), secret: 'hidden' },
  { id: 2, tag: 'say "hi", you', when: null, secret: 'hidden' },
];

async function printed(
  data: unknown,
  format: Format,
  columns: readonly string[] | undefined = COLUMNS,
): Promise<string> {
  const stdout = new PassThrough();
  await new Output({ stdout, stderr: new PassThrough() }, format).data(data, columns);
  return textOf(stdout);
}

function failed(error: unknown, format: Format, debug = false): string {
  const stderr = new PassThrough();
  new Output({ stdout: new PassThrough(), stderr }, format).failure(error, debug);
  return textOf(stderr);
}

describe('a list', () => {
  it('is TSV with a header row and no control character but tab and line feed', async () => {
    expect(await printed(ROWS, 'tsv')).toBe(
      'id\ttag\twhen\n' + '1\ta\\tb\\n\\x1b[2J\\x9b\\u202e\t2026-01-02T03:04:05Z\n' + '2\tsay "hi", you\t\n',
    );
  });

  it('is a table without colours and without control characters', async () => {
    const text = await printed(ROWS, 'table');
    expect(text).toContain('a\\tb\\n\\x1b[2J\\x9b\\u202e');
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')).toHaveLength(7);
  });

  it('is CSV as in RFC 4180', async () => {
    expect(await printed(ROWS.slice(1), 'csv')).toBe('id,tag,when\n2,"say ""hi"", you",\n');
  });

  it('is a JSON array, exact, that does no harm on a terminal', async () => {
    const text = await printed(ROWS, 'json');
    expect(JSON.parse(text)[0].tag).toBe(ROWS[0]?.tag);
    for (const control of ['\u001b', '\u009b', '\u202e']) expect(text).not.toContain(control);
  });

  it('is YAML', async () => {
    expect(parseYaml(await printed(ROWS.slice(1), 'yaml'))).toEqual([{ id: 2, tag: 'say "hi", you', when: null }]);
  });

  it.each(['table', 'tsv', 'csv', 'json', 'yaml'] as const)('as %s has only the declared columns', async (format) => {
    expect(await printed(ROWS, format)).not.toContain('hidden');
  });

  it('that is empty is a header row, or an empty array', async () => {
    expect(await printed([], 'tsv')).toBe('id\ttag\twhen\n');
    expect(await printed([], 'csv')).toBe('id,tag,when\n');
    expect(await printed([], 'json')).toBe('[]\n');
    expect(await printed([], 'table')).toContain('id');
  });
});

describe('one thing', () => {
  it('is an object in JSON and one row elsewhere', async () => {
    expect(JSON.parse(await printed({ id: 7 }, 'json'))).toEqual({ id: 7 });
    expect(await printed({ id: 7 }, 'tsv')).toBe('id\n7\n');
  });

  it('that has no columns of ours is JSON in the place of a table', async () => {
    const stdout = new PassThrough();
    await new Output({ stdout, stderr: new PassThrough() }, 'tsv').data({ any: [1] }, undefined);
    expect(JSON.parse(textOf(stdout))).toEqual({ any: [1] });
  });

  it('that is nothing prints nothing', async () => {
    expect(await printed(undefined, 'json')).toBe('');
  });
});

describe('a failure', () => {
  it('is a sentence, its details and a hint', () => {
    const problem = { source: 'rules.deny', line: 12, column: 3, message: 'no colon', text: '\tALL' };
    expect(failed(new Failure('USAGE', 'bad rules', 'mend them', [problem, 'and more']), 'table')).toBe(
      'sipctl: bad rules\nrules.deny:12:3: no colon\n  \tALL\n  \t ^\nand more\nhint: mend them\n',
    );
  });

  it('does not hand on control characters', () => {
    expect(failed(new Failure('NOT_FOUND', `no ${ESCAPE}`), 'table')).toBe('sipctl: no \\x1b[2J\n');
  });

  it('is one line of JSON with --json', () => {
    const text = failed(new Failure('CONFLICT', 'exists\nmore for people', 'other name', ['x']), 'json');
    expect(text.endsWith('}\n') && text.trimEnd().includes('\n')).toBe(false);
    expect(JSON.parse(text)).toEqual({
      error: { code: 'CONFLICT', message: 'exists', hint: 'other name', details: ['x'] },
    });
  });

  it('of ours that was not foreseen has a stack only with --debug', () => {
    const bug = new TypeError('x is undefined');
    expect(failed(bug, 'table')).toBe(
      'sipctl: internal error: x is undefined\nhint: --debug shows where; please report it\n',
    );
    expect(failed(bug, 'table', true)).toContain('output.test.ts');
  });
});

describe('a reader that went away', () => {
  it('ends the writing without an error', async () => {
    const stdout = new PassThrough();
    stdout._transform = (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(
      new Output({ stdout, stderr: new PassThrough() }, 'json').data({}, undefined),
    ).resolves.toBeUndefined();
  });

  it('is told from a disk that is full', async () => {
    const stdout = new PassThrough();
    stdout._transform = (_chunk, _encoding, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    await expect(new Output({ stdout, stderr: new PassThrough() }, 'json').data({}, undefined)).rejects.toThrow(
      'no space',
    );
  });
});
