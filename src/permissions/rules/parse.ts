import { latin1Of, utf8Of } from '../../sip/text.js';
import { type Fault, isBlank, trimmed } from './fault.js';
import { cutLine, type Line } from './line.js';
import type { RuleProblem } from './problem.js';
import type { Rule, Side } from './rule.js';
import { parseSide } from './side.js';

export interface ParsedRule {
  /** Undefined for a blank line or a comment, and where there is a problem. */
  readonly rule: Rule | undefined;
  readonly problems: RuleProblem[];
}

/**
 * Parses one line of a rule file (sip-behaviour 1.2 to 1.6). What Kamailio takes gets Kamailio's meaning, odd as that
 * may be; what it would drop, cut or read as something else is a problem, because a lost deny rule lets calls pass.
 * @param text the line as ordinary text, without its line feed
 * @param source the file's name or 'rule 12', for messages
 * @param line number of the line, from 1
 */
export function parseRule(text: string, source: string, line: number): ParsedRule {
  const bytes = latin1Of(text);
  const cut = cutLine(bytes);
  const faults = [...cut.faults];
  const sides = cut.sides === undefined ? undefined : parseSides(cut.sides, faults);
  faults.sort((a, b) => a.offset - b.offset);
  const problems = faults.map((fault) => problemOf(fault, bytes, source, line));
  if (sides === undefined || problems.length > 0) return { rule: undefined, problems };
  return { rule: { source, line, id: undefined, ...writtenOf(cut), ...sides }, problems };
}

/** Parses a rule file given as ordinary text: all its rules in their order, and everything that is wrong with it. */
export function parseRuleFile(text: string, source: string): { rules: Rule[]; problems: RuleProblem[] } {
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const parsed = parseRule(line, source, index + 1);
    problems.push(...parsed.problems);
    if (parsed.rule !== undefined) rules.push(parsed.rule);
  }
  return { rules, problems };
}

function parseSides({ left, right }: NonNullable<Line['sides']>, faults: Fault[]): { left: Side; right: Side } {
  return { left: parseSide(left, faults), right: parseSide(right, faults) };
}

function writtenOf({ body, comment }: Line): { text: string; note: string | undefined } {
  const note = comment === undefined ? '' : utf8Of(comment).trim();
  // Only blanks that Kamailio skips as well: a no-break space is a part of the expression.
  const { text } = trimmed({ text: body, offset: 0 }, isBlank);
  return { text: utf8Of(text), note: note === '' ? undefined : note };
}

function problemOf({ offset, message }: Fault, bytes: string, source: string, line: number): RuleProblem {
  const column = utf8Of(bytes.slice(0, offset)).length + 1;
  return { source, line, column, message, text: utf8Of(bytes) };
}
