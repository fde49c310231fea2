import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../../src/permissions/rules/parse.js';
import { type Expression, type Rule, ruleMatches, type Side } from '../../../src/permissions/rules/rule.js';

/** One small rule file, and what Kamailio was observed to make of it. */
interface Vector {
  readonly file: string;
  readonly rules: readonly string[];
  readonly refused: boolean;
  readonly searches: readonly { from: string; request: string; found: boolean }[];
}

/** In the file LF is written `$~`, CR `^M` and TAB `^I`. */
function vectors(): Vector[] {
  const text = readFileSync(new URL('rules-parse.txt', import.meta.url), 'latin1');
  return text
    .split(/^--- /m)
    .slice(1)
    .map((block) => {
      const [file = '', ...observed] = block.trimEnd().split('\n');
      return {
        file: unescaped(file.replaceAll('$~', '\n')),
        rules: observed.filter((line) => line.startsWith('RULE')).map(unescaped),
        refused: observed.some((line) => line.startsWith('   ERR')),
        searches: observed.flatMap(search),
      };
    });
}

function unescaped(text: string): string {
  return text.replaceAll('^M', '\r').replaceAll('^I', '\t').trimEnd();
}

function search(line: string): Vector['searches'][number][] {
  const parts = /^search\((.*) , (.*)\) = ([01])$/.exec(line);
  return parts === null ? [] : [{ from: parts[1] ?? '', request: parts[2] ?? '', found: parts[3] === '1' }];
}

function written(rule: Rule): string {
  return `RULE L: ${list(rule.left)}${except('LX', rule.left)} R: ${list(rule.right)}${except('RX', rule.right)}`;
}

function list(side: Side): string {
  return side.all ? 'ALL' : expressions(side.list);
}

function except(name: string, side: Side): string {
  return side.except.length === 0 ? '' : ` ${name}: ${expressions(side.except)}`;
}

function expressions(found: readonly Expression[]): string {
  return found.map(({ text }) => `<${text}>`).join('');
}

const all = vectors();
/** Kamailio keeps the CR in the last exception, which then never matches; we drop it, as the author meant. */
const carriageReturnLost = all.filter(({ rules }) => rules.some((rule) => rule.includes('<CR>')));
const accepted = all.filter((vector) => !vector.refused && !carriageReturnLost.includes(vector));
/** Kamailio calls a line that holds nothing but CR an error; we call it blank. */
const blank = all.filter(({ file }) => file.trim() === '');
const refused = all.filter((vector) => vector.refused && !blank.includes(vector));

describe('rule files that Kamailio accepts', () => {
  it('are most of the vectors', () => {
    expect(accepted.length).toBeGreaterThan(25);
    expect(refused).toHaveLength(12);
    expect(carriageReturnLost).toHaveLength(1);
  });

  it.each(accepted)('$file is parsed as Kamailio parses it', ({ file, rules, searches }) => {
    const parsed = parseRuleFile(file, 'rules.allow');
    expect(parsed.problems).toEqual([]);
    expect(parsed.rules.map(written)).toEqual(rules);
    for (const { from, request, found } of searches) {
      expect(parsed.rules.some((rule) => ruleMatches(rule, from, request))).toBe(found);
    }
  });

  it('keep the last exception of a line that ends in CR LF, where Kamailio loses it', () => {
    const parsed = parseRuleFile(carriageReturnLost[0]?.file ?? '', 'rules.deny');
    expect(parsed.problems).toEqual([]);
    expect(parsed.rules.map(written)).toEqual(['RULE L: ALL LX: <x> R: ALL RX: <y>']);
  });
});

describe('rule files of which Kamailio drops a line', () => {
  it.each(refused)('$file is refused', ({ file }) => {
    expect(parseRuleFile(file, 'rules.deny').problems).not.toEqual([]);
  });
});
