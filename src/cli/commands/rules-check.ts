import { resolve } from 'node:path';
import { Failure } from '../../errors.js';
import type { RuleProblem } from '../../permissions/rules/problem.js';
import { defineCommand, Report } from '../command.js';
import { path } from '../kinds/file.js';
import { readRuleFile } from '../rule-files.js';
import { many } from '../spec.js';
import type { Tools } from '../tools.js';

export const rulesCheck = defineCommand({
  name: 'rules check',
  summary: 'Look for mistakes in rule files, or in the rules of the database',
  args: { files: many(path) },
  columns: ['source', 'rules', 'problems'],
  examples: ['rules check', 'rules check rules.allow rules.deny'],
  async run({ files }, tools) {
    const checked = files.length === 0 ? [await checkDatabase(tools)] : await Promise.all(files.map(checkFile(tools)));
    const problems = checked.flatMap((one) => one.problems);
    const summary = checked.map((one) => ({ ...one, problems: one.problems.length }));
    return new Report(summary, problems.length === 0 ? undefined : findings(problems));
  },
});

interface Checked {
  readonly source: string;
  readonly rules: number;
  readonly problems: readonly RuleProblem[];
}

function checkFile(tools: Tools) {
  return async (name: string): Promise<Checked> => {
    const text = await readRuleFile(resolve(tools.world.cwd, name));
    if (text === undefined) throw new Failure('NOT_FOUND', `there is no file ${name}`);
    const { parseRuleFile } = await import('../../permissions/rules/parse.js');
    const { rules, problems } = parseRuleFile(text, name);
    return { source: name, rules: rules.length, problems };
  };
}

async function checkDatabase(tools: Tools): Promise<Checked> {
  const storage = await tools.storage();
  const rows = await storage.rules.list();
  const { loadRuleRows } = await import('../../permissions/rules/rule-set.js');
  return { source: storage.name, rules: rows.length, problems: loadRuleRows(rows).problems };
}

function findings(problems: readonly RuleProblem[]): Failure {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new Failure('FINDINGS', `${count} found`, undefined, problems);
}
