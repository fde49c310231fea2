import type { RuleType } from '../../storage/rows.js';
import { defineCommand } from '../command.js';
import { path } from '../kinds/file.js';
import { ruleFileText } from '../rule-file-text.js';
import { type RuleFiles, readRuleFile, replaceFile, ruleFiles } from '../rule-files.js';
import { demandLoadable } from '../rules.js';
import { optional } from '../spec.js';
import type { Tools } from '../tools.js';

export const rulesDownload = defineCommand({
  name: 'rules download',
  summary: 'Write the rules of the database to two files, as a Kamailio reads them',
  args: { allow: optional(path), deny: optional(path) },
  columns: ['allow', 'allow_rules', 'deny', 'deny_rules'],
  examples: ['rules download', 'rules download /etc/kamailio/rules.allow /etc/kamailio/rules.deny --yes'],
  writes: 'plain',
  async run(values, tools) {
    const files = ruleFiles(values.allow, values.deny, tools);
    const { rules } = await tools.storage();
    const rows = await rules.list();
    await demandLoadable(rows);
    const texts = { allow: ruleFileText('A', rows), deny: ruleFileText('D', rows) };
    const changes = await changedFiles(files, texts);
    const overwritten = changes.filter((change) => change.exists).map((change) => change.path);
    if (overwritten.length > 0) await tools.confirm(`Overwrite ${overwritten.join(' and ')}?`);
    if (!tools.switches.dryRun) await writeAll(changes, tools);
    const count = (type: RuleType) => rows.filter((row) => row.type === type).length;
    return tools.changed(changes.length, { ...files, allow_rules: count('A'), deny_rules: count('D') });
  },
});

interface Change {
  readonly path: string;
  readonly text: string;
  readonly exists: boolean;
}

/** The files whose text is another one than that of the database. */
async function changedFiles(files: RuleFiles, texts: RuleFiles): Promise<Change[]> {
  const changes: Change[] = [];
  for (const which of ['allow', 'deny'] as const) {
    const before = await readRuleFile(files[which]);
    if (before === texts[which]) continue;
    changes.push({ path: files[which], text: texts[which], exists: before !== undefined });
  }
  return changes;
}

async function writeAll(changes: readonly Change[], tools: Tools): Promise<void> {
  for (const { path, text } of changes) await replaceFile(path, text);
  if (changes.length > 0) tools.note('a Kamailio reads these files only when it starts');
}
