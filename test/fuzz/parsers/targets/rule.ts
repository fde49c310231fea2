import { deepEqual, equal, ok } from 'node:assert/strict';
import { parseRule, parseRuleFile } from '../../../../src/permissions/rules/parse.js';
import { formatProblem, type RuleProblem } from '../../../../src/permissions/rules/problem.js';
import { type Rule, ruleMatches, type Side } from '../../../../src/permissions/rules/rule.js';

const SUBJECTS = ['sip:alice@proxy.test', 'sip:+4930@[2001:db8::1]', '', `sip:${'a'.repeat(250)}`];

/** A rule file. */
export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  const file = parseRuleFile(text, 'rules.deny');
  const lines = text.split('\n').map((line, i) => parseRule(line, 'rules.deny', i + 1));
  equal(file.rules.length, lines.filter(({ rule }) => rule !== undefined).length);
  deepEqual(
    file.problems,
    lines.flatMap(({ problems }) => problems),
  );
  for (const { rule, problems } of lines) {
    ok(rule === undefined || problems.length === 0, 'a line with a problem is no rule');
    for (const problem of problems) problemHolds(problem);
    if (rule !== undefined) ruleHolds(rule);
  }
  for (const [i, line] of text.split('\n').entries()) nothingIsLost(line, lines[i]);
}

/** A line with anything in it but blanks and a comment is a rule or a problem: a lost deny rule lets calls pass. */
function nothingIsLost(line: string, parsed: ReturnType<typeof parseRule> | undefined): void {
  if (/^[ \t]*(#.*)?\r?$/s.test(line)) return;
  ok(parsed?.rule !== undefined || (parsed?.problems.length ?? 0) > 0);
}

function problemHolds(problem: RuleProblem): void {
  ok(problem.column >= 1 && problem.column <= problem.text.length + 1, 'the caret is under the line or after it');
  const printed = formatProblem(problem).split('\n');
  equal(printed.length, 3);
  for (const line of printed) ok(Array.from(line).every(isShown), 'a terminal is given no control character');
}

function isShown(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return char === '\t' || (code >= 0x20 && (code < 0x7f || code >= 0xa0));
}

function ruleHolds(rule: Rule): void {
  const again = parseRule(rule.text, rule.source, rule.line).rule;
  ok(again !== undefined, 'a rule is written so that it is a rule');
  deepEqual([textsOf(again.left), textsOf(again.right)], [textsOf(rule.left), textsOf(rule.right)]);
  equal(again.text, rule.text);
  for (const subject of SUBJECTS) equal(ruleMatches(rule, subject, subject), ruleMatches(again, subject, subject));
}

function textsOf({ all, list, except }: Side): object {
  return { all, list: list.map(({ text }) => text), except: except.map(({ text }) => text) };
}
