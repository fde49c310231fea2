import type { RuleRow, RuleType } from '../storage/rows.js';
import { typeName } from './kinds/rule.js';

/**
 * Kamailio reads at most 499 bytes with the line feed; it takes the rest of a longer line, even of a comment, for a
 * line of its own.
 */
const MAX_LINE_BYTES = 498;

/** The rules of one type as Kamailio's permissions module reads them from a file, in their order. */
export function ruleFileText(type: RuleType, rows: readonly RuleRow[]): string {
  const head = [
    `# ${typeName(type)} rules for Kamailio's permissions module, written by sipctl rules download.`,
    '# FROM [EXCEPT FROM] : REQUEST-URI [EXCEPT REQUEST-URI], each a comma separated list of expressions or ALL.',
  ];
  return [...head, ...rows.filter((row) => row.type === type).flatMap(ruleLines), ''].join('\n');
}

/** The note follows its rule on the same line where that fits, else it is a comment of its own before it. */
function ruleLines({ rule, note }: RuleRow): string[] {
  if (note === null || note === '') return [rule];
  const comment = `# ${oneLine(note)}`;
  const line = `${rule} ${comment}`;
  const fits = isClosed(rule) && Buffer.byteLength(line) <= MAX_LINE_BYTES;
  return fits ? [line] : [cut(comment), rule];
}

/** False for a rule that ends inside quotes, which Kamailio accepts: what follows would be part of its expression. */
function isClosed(rule: string): boolean {
  return rule.split('"').length % 2 === 1;
}

/** A line break in a note, which only SQL can have put there, would turn its rest into a rule. */
function oneLine(note: string): string {
  return note.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

function cut(text: string): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > MAX_LINE_BYTES) end--;
  return text.slice(0, end);
}
