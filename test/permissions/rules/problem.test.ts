import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../src/permissions/rules/parse.js';
import { formatProblem } from '../../../src/permissions/rules/problem.js';

function formatted(text: string): string[] {
  return parseRule(text, 'rules.deny', 12).problems.map(formatProblem);
}

describe('a problem in print', () => {
  it('has file, line and column, the line, and a caret under the place', () => {
    expect(formatted('"x", "a{x}" : ALL')).toEqual([
      [
        'rules.deny:12:8: invalid regular expression "a{x}": invalid interval',
        '  "x", "a{x}" : ALL',
        '         ^',
      ].join('\n'),
    ]);
  });

  it('keeps tabs, so that the caret stands under the place wherever tab stops are', () => {
    const [text = ''] = formatted('\t"a"\t:\t"("');
    expect(text.split('\n').slice(1)).toEqual(['  \t"a"\t:\t"("', '  \t   \t \t ^']);
  });

  it('shows control characters instead of sending them to the terminal', () => {
    const [text = ''] = formatted('ALL\x1b[2J : "("');
    expect(text.split('\n')).toEqual(['rules.deny:12:4: control character 0x1b', '  ALL\\x1b[2J : "("', '     ^']);
  });

  it('counts characters, not bytes', () => {
    const [text = ''] = formatted('"\u017d" : "("');
    expect(text.split('\n')[2]).toBe('         ^');
  });
});
