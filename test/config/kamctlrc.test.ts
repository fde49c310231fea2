import { describe, expect, it } from 'vitest';
import { parseKamctlrc } from '../../src/config/kamctlrc.js';

function wordOf(line: string): string | undefined {
  return parseKamctlrc(line).get('KEY')?.value;
}

describe('a line of kamctlrc', () => {
  it.each([
    ['KEY=value', 'value'],
    ['  export KEY=value', 'value'],
    ['KEY="two words"', 'two words'],
    ["KEY='it is $5'", 'it is $5'],
    ['KEY=value # a comment', 'value'],
    ['KEY=a#b', 'a#b'],
    ['KEY="say \\"hi\\" \\n"', 'say "hi" \\n'],
    ['KEY=a\\ b', 'a b'],
    ['KEY="a"\'b\'c', 'abc'],
    ['KEY=', ''],
    ['KEY=value\r', 'value'],
  ])('%s has the value that the shell gives it', (line, value) => {
    expect(wordOf(line)).toBe(value);
  });

  it.each(['#KEY=value', 'KEY =value', 'if [ KEY=value ]; then', 'echo KEY=value', '1KEY=value'])(
    '%s assigns nothing',
    (line) => {
      expect(wordOf(line)).toBeUndefined();
    },
  );

  it.each(['KEY=$HOME/x', 'KEY="$(id)"', 'KEY=`id`', `KEY="${'$'}{X}"`])('%s is known to be computed', (line) => {
    expect(parseKamctlrc(line).get('KEY')?.expands).toBe(true);
  });

  it.each(["KEY='$HOME'", 'KEY="\\$HOME"', 'KEY=5$', 'KEY="a $ b"'])('%s is known to stand as it is', (line) => {
    expect(parseKamctlrc(line).get('KEY')?.expands).toBe(false);
  });

  it('counts more than an earlier one of the same name, and knows its number', () => {
    expect(parseKamctlrc('KEY=a\n\nKEY=b').get('KEY')).toEqual({ value: 'b', line: 3, expands: false });
  });
});
