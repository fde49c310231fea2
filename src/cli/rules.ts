import { Failure, type FailureCode } from '../errors.js';
import type { RuleProblem } from '../permissions/rules/problem.js';
import type { RuleType } from '../storage/rows.js';
import type { NewRule } from '../storage/storage.js';

export const RULE_COLUMNS = ['id', 'type', 'position', 'rule', 'note', 'last_change'];

/** Throws when there is anything wrong with rules; every problem is in the details, with its place. */
export function demandSound(code: FailureCode, sentence: string, problems: readonly RuleProblem[]): void {
  if (problems.length > 0) throw new Failure(code, sentence, undefined, problems);
}

/** Reads one rule as it is typed. Throws USAGE with the place of what is wrong. */
export async function readRule(type: RuleType, text: string, typedNote: string | undefined): Promise<NewRule> {
  const { parseRule } = await import('../permissions/rules/parse.js');
  const { rule, problems } = parseRule(text, 'RULE', 1);
  demandSound('USAGE', 'that rule can not be used, and nothing was changed', problems);
  if (rule === undefined) throw new Failure('USAGE', 'that is no rule: it is empty or a comment');
  return { type, rule: rule.text, note: typedNote ?? rule.note ?? null };
}

/** Throws FAILED when the rules of the database, as they would be, do not load: then no server would take them. */
export async function demandLoadable(rows: readonly { id: number; type: RuleType; rule: string }[]): Promise<void> {
  const { loadRuleRows } = await import('../permissions/rules/rule-set.js');
  const { problems } = loadRuleRows(rows);
  const sentence = 'the rules in the database can not be used as they are, and nothing was changed';
  if (problems.length > 0) throw new Failure('FAILED', sentence, 'sipctl rules rm ID removes a bad one', problems);
}
