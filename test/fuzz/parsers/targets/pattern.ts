import { equal, ok } from 'node:assert/strict';
import { compileBre, compileEre, type Pattern } from '../../../../src/permissions/posix/pattern.js';
import { PatternError } from '../../../../src/permissions/posix/pattern-error.js';
import { expandedSize } from '../../../../src/permissions/posix/tree.js';
import { linesOf } from '../checks/text.js';

/** What Kamailio, and so a rule, takes at most. */
const MAX_PATTERN = 255;
const MAX_SUBJECT = 256;
/** A line with a regular expression, and after it the subject that it is tried on. */
export function fuzz(data: Buffer): void {
  const [pattern = ''] = linesOf(data, 1);
  const subject = data.toString('latin1').slice(pattern.length + 1, pattern.length + 1 + MAX_SUBJECT);
  if (pattern.length > MAX_PATTERN) return;
  for (const compile of [compileEre, compileBre]) tried(compile, pattern, subject);
}

function tried(compile: typeof compileEre, pattern: string, subject: string): void {
  const compiled = compiledOrRefused(compile, pattern);
  if (compiled === undefined) return;
  const found = compiled.test(subject);
  equal(compiled.test(subject), found, 'the table of states does not change what is found');
  const { work } = compiled.automaton;
  ok(work <= (subject.length + 4) * 2 * (expandedSize(compiled.tree) + 1), `${work} nodes visited`);
  equal(compile(pattern).test(subject), found);
  if (compile === compileEre) agreesWithRegExp(pattern, subject, found);
}

function compiledOrRefused(compile: typeof compileEre, pattern: string): Pattern | undefined {
  try {
    return compile(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    ok(error.offset >= 0 && error.offset <= pattern.length, 'the fault is in the expression');
    return undefined;
  }
}

/** Short expressions of what POSIX and JavaScript have in common mean the same in both. */
function agreesWithRegExp(pattern: string, subject: string, found: boolean): void {
  const isCommon = /^(?:[a-c.]|[(|][a-c.]|[a-c.)][*+?](?![*+?])|\))*$/.test(pattern);
  if (!isCommon || pattern.length > 12 || subject.length > 16 || /[\0\n]/.test(subject)) return;
  let expected: RegExp;
  try {
    expected = new RegExp(pattern, 'is');
  } catch {
    return;
  }
  equal(found, expected.test(subject), 'JavaScript finds the same');
}
