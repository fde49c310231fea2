import { formatProblem, type RuleProblem } from '../permissions/rules/problem.js';
import { escapeControls } from '../util/escape.js';

/**
 * The lines that follow the sentence of a failure: its details, where they are a list of things that people can read,
 * such as the bad lines of a rule file. They look the same whether they were found here or came over the control socket.
 */
export function detailLines(details: unknown): string[] {
  return Array.isArray(details) ? details.flatMap(linesOf) : [];
}

function linesOf(detail: unknown): string[] {
  if (typeof detail === 'string') return [escapeControls(detail)];
  if (typeof detail !== 'object' || detail === null) return [];
  if (isProblem(detail)) return formatProblem(detail).split('\n');
  return 'message' in detail && typeof detail.message === 'string' ? [escapeControls(detail.message)] : [];
}

function isProblem(detail: object): detail is RuleProblem {
  const { source, line, column, message, text } = detail as Partial<Record<string, unknown>>;
  const texts = [source, message, text].every((value) => typeof value === 'string');
  return texts && Number.isSafeInteger(line) && Number.isSafeInteger(column);
}
