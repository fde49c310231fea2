import { Failure } from '../../errors.js';
import type { NewRule } from '../../storage/storage.js';
import { defineCommand } from '../command.js';
import { note, ruleText, ruleType, typeName } from '../kinds/rule.js';
import { tellServer } from '../reload.js';
import { demandLoadable, RULE_COLUMNS, readRule } from '../rules.js';
import { option } from '../spec.js';
import type { Tools } from '../tools.js';

export const rulesAdd = defineCommand({
  name: 'rules add',
  summary: 'Add a rule at the end of the allow or the deny rules',
  args: { type: ruleType, rule: ruleText },
  options: { note: option(note, 'Why the rule is there') },
  columns: RULE_COLUMNS,
  examples: [
    `rules add deny 'ALL : "^sip:900"' --note "premium rate"`,
    `rules add allow '"^sip:1[0-9]{3}@" : ALL EXCEPT "^sip:1111@"'`,
  ],
  writes: 'live',
  async run(values, tools) {
    const rule = await readRule(values.type, values.rule, values.note);
    const { rules } = await tools.storage();
    // The new rule is sound; with a bad one beside it no server would take either.
    await demandLoadable(await rules.list());
    const added = await add(rule, tools);
    await tellServer(tools, 'permissions.rulesReload', {});
    return tools.changed(1, added);
  },
});

async function add(rule: NewRule, tools: Tools): Promise<NewRule> {
  const { rules } = await tools.storage();
  if (!tools.switches.dryRun) return rules.add(rule);
  const same = (await rules.list()).find((row) => row.type === rule.type && row.rule === rule.rule);
  if (same === undefined) return rule;
  throw new Failure('CONFLICT', `${typeName(same.type)} rule ${same.id} is the same already`);
}
