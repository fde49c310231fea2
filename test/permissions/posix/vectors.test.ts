import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileBre, compileEre } from '../../../src/permissions/posix/pattern.js';
import { PatternError } from '../../../src/permissions/posix/pattern-error.js';
import { decode } from '../support/posix-oracle.js';

/** Lines "pattern TAB subject TAB result" as glibc 2.36 answered them. */
function vectors(file: string): [pattern: string, subject: string, result: string][] {
  const text = readFileSync(new URL(file, import.meta.url), 'latin1');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
  return lines.map((line) => {
    const [pattern = '', subject = '', result = ''] = line.split('\t');
    return [decode(pattern), decode(subject), result.split(' ')[0] as string];
  });
}

function outcome(compile: typeof compileEre, pattern: string, subject: string): string {
  try {
    return compile(pattern, 'glibc').test(subject) ? 'MATCH' : 'nomatch';
  } catch (error) {
    expect(error).toBeInstanceOf(PatternError);
    return 'ERR';
  }
}

/** glibc has back-references; we refuse them (sip-behaviour 2.4). */
function expected(pattern: string, result: string): string {
  return /\\[1-9]/.test(pattern) ? 'ERR' : result;
}

describe('fixed vectors of glibc', () => {
  it.each(vectors('ere.tsv'))('ERE %j on %j gives %s', (pattern, subject, result) => {
    expect(outcome(compileEre, pattern, subject)).toBe(expected(pattern, result));
  });

  it.each(vectors('bre.tsv'))('BRE %j on %j gives %s', (pattern, subject, result) => {
    expect(outcome(compileBre, pattern, subject)).toBe(expected(pattern, result));
  });
});
