import { escapeControls } from '../../util/escape.js';

/** What is wrong with a line of rules, and where. */
export interface RuleProblem {
  /** The file's name, or 'rule 12' for a row of the database. */
  source: string;
  line: number;
  /** Character in the line, from 1. */
  column: number;
  message: string;
  /** The whole line, for the caret. */
  text: string;
}

/**
 * The problem as compilers print it: `rules.deny:12:8: sentence`, the line, and a caret under the place.
 * Control characters come out as `\xNN`, tabs as they are.
 */
export function formatProblem(problem: RuleProblem): string {
  const { source, line, column, message, text } = problem;
  const before = visible(text.slice(0, column - 1));
  const place = `${escapeControls(source)}:${line}:${column}: ${escapeControls(message)}`;
  return `${place}\n  ${visible(text)}\n  ${before.replace(/[^\t]/gu, ' ')}^`;
}

function visible(text: string): string {
  return text.split('\t').map(escapeControls).join('\t');
}
