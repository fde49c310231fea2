import { defineCommand } from '../command.js';
import { ruleType } from '../kinds/rule.js';
import { RULE_COLUMNS } from '../rules.js';
import { optional } from '../spec.js';

export const rulesShow = defineCommand({
  name: 'rules show',
  summary: 'Show the rules in the database, in the order in which they are tried',
  args: { type: optional(ruleType) },
  columns: RULE_COLUMNS,
  examples: ['rules show', 'rules show deny --json'],
  async run({ type }, tools) {
    const { rules } = await tools.storage();
    const rows = await rules.list();
    return type === undefined ? rows : rows.filter((row) => row.type === type);
  },
});
