import { Failure } from '../../errors.js';
import type { RuleProblem } from '../../permissions/rules/problem.js';
import type { RuleType } from '../../storage/rows.js';
import type { NewRule } from '../../storage/storage.js';
import { defineCommand } from '../command.js';
import { path } from '../kinds/file.js';
import { MAX_NOTE } from '../kinds/rule.js';
import { tellServer } from '../reload.js';
import { readRuleFile, ruleFiles } from '../rule-files.js';
import { demandSound } from '../rules.js';
import { optional } from '../spec.js';
import type { Tools } from '../tools.js';

export const rulesUpload = defineCommand({
  name: 'rules upload',
  summary: 'Replace all rules in the database by those of two files',
  args: { allow: optional(path), deny: optional(path) },
  columns: ['removed', 'added', 'allow', 'deny'],
  examples: ['rules upload', 'rules upload rules.allow rules.deny --yes'],
  writes: 'live',
  async run(values, tools) {
    const files = ruleFiles(values.allow, values.deny, tools);
    const texts = { allow: await readRuleFile(files.allow), deny: await readRuleFile(files.deny) };
    if (texts.allow === undefined && texts.deny === undefined) {
      throw new Failure('NOT_FOUND', `there is neither ${files.allow} nor ${files.deny}`, 'one of them must be there');
    }
    const set = [...(await read('A', texts.allow, files.allow)), ...(await read('D', texts.deny, files.deny))];
    const problems = set.flatMap((part) => part.problems);
    demandSound('USAGE', 'the rule files can not be used, and nothing was changed', problems);
    const { rules } = await tools.storage();
    const coming = set.flatMap((part) => part.rules).map((rule) => withShortNote(rule, tools));
    const going = (await rules.list()).length;
    await tools.confirm(`Replace the ${going} rules in the database by ${coming.length} rules?`);
    const { removed, added } = tools.switches.dryRun
      ? { removed: going, added: coming.length }
      : await rules.replaceAll(coming);
    await tellServer(tools, 'permissions.rulesReload', {});
    return tools.changed(removed + added, { removed, added, ...files });
  },
});

/** The column is as wide as a note can be typed; a comment in a file may be longer. */
function withShortNote(rule: NewRule, tools: Tools): NewRule {
  if (rule.note === null || rule.note.length <= MAX_NOTE) return rule;
  tools.note(`a comment of more than ${MAX_NOTE} characters is cut: ${rule.rule}`);
  return { ...rule, note: `${rule.note.slice(0, MAX_NOTE - 1)}…` };
}

interface ReadFile {
  readonly rules: readonly NewRule[];
  readonly problems: readonly RuleProblem[];
}

/** A file that is missing is an empty set. */
async function read(type: RuleType, text: string | undefined, source: string): Promise<ReadFile[]> {
  if (text === undefined) return [];
  const { parseRuleFile } = await import('../../permissions/rules/parse.js');
  const { rules, problems } = parseRuleFile(text, source);
  return [{ rules: rules.map((rule) => ({ type, rule: rule.text, note: rule.note ?? null })), problems }];
}
