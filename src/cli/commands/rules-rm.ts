import { Failure } from '../../errors.js';
import type { RuleRow, RuleType } from '../../storage/rows.js';
import { defineCommand } from '../command.js';
import { ruleName, ruleText, typeName } from '../kinds/rule.js';
import { tellServer } from '../reload.js';
import { RULE_COLUMNS } from '../rules.js';
import { optional } from '../spec.js';

export const rulesRm = defineCommand({
  name: 'rules rm',
  summary: 'Remove a rule, by its id or by its type and text',
  args: { which: ruleName, rule: optional(ruleText) },
  columns: RULE_COLUMNS,
  examples: ['rules rm 12', `rules rm deny 'ALL : "^sip:900"'`],
  writes: 'live',
  async run({ which, rule }, tools) {
    checkName(which, rule);
    const { rules } = await tools.storage();
    const found = (await rules.list()).filter((row) => isMeant(row, which, rule));
    if (found.length === 0) throw new Failure('NOT_FOUND', missing(which), 'sipctl rules show lists them');
    if (found.length > 1)
      await tools.confirm(`Remove ${found.length} ${typeName(found[0]?.type ?? 'A')} rules of that text?`);
    if (!tools.switches.dryRun) for (const { id } of found) await rules.remove(id);
    await tellServer(tools, 'permissions.rulesReload', {});
    const [first] = found;
    return tools.changed(found.length, { ...first });
  },
});

function checkName(which: number | RuleType, rule: string | undefined): void {
  if (typeof which === 'number' && rule !== undefined) {
    throw new Failure('USAGE', 'a rule is named by its id or by its text, not by both');
  }
  if (typeof which === 'string' && rule === undefined) {
    throw new Failure('USAGE', `which ${typeName(which)} rule?`, 'write its text, or its id alone');
  }
}

/** Blanks around the text do not count, as they do not when a rule is added. */
function isMeant(row: RuleRow, which: number | RuleType, rule = ''): boolean {
  return typeof which === 'number' ? row.id === which : row.type === which && row.rule.trim() === rule.trim();
}

function missing(which: number | RuleType): string {
  return typeof which === 'number' ? `there is no rule ${which}` : `there is no ${typeName(which)} rule of that text`;
}
