/**
 * kamctlrc is a shell file that kamctl executes. Here it is read as text: `KEY=value` lines, with the shell's quotes;
 * nothing is expanded or run, and any other line means nothing.
 */
export interface KamctlrcValue {
  readonly value: string;
  readonly line: number;
  /** The shell would put something else in its place (`$VAR`, `$(...)`, backticks): the value is not what is written. */
  readonly expands: boolean;
}

/** The assignments of a kamctlrc file; a later one of the same name wins. */
export function parseKamctlrc(text: string): Map<string, KamctlrcValue> {
  const values = new Map<string, KamctlrcValue>();
  for (const [index, line] of text.split('\n').entries()) {
    const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=/.exec(line);
    const name = assignment?.[1];
    if (assignment === null || name === undefined) continue;
    values.set(name, { ...readWord(line.slice(assignment[0].length)), line: index + 1 });
  }
  return values;
}

/** One word of the shell: parts in single quotes, in double quotes and bare, up to a blank. */
function readWord(text: string): { value: string; expands: boolean } {
  let value = '';
  let expands = false;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote === '' && /\s/.test(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === '\\' && escapes(quote, text.charAt(i + 1))) value += text.charAt(++i);
    else {
      if (quote !== "'" && startsExpansion(char, text.charAt(i + 1))) expands = true;
      value += char;
    }
  }
  return { value, expands };
}

/** POSIX shell, 2.2.1 and 2.2.3: a backslash quotes anything outside quotes, and `$`, backtick, `"`, `\` inside double ones. */
function escapes(quote: string, next: string): boolean {
  if (quote === "'" || next === '') return false;
  return quote === '' || '$`"\\'.includes(next);
}

function startsExpansion(char: string, next: string): boolean {
  return char === '`' || (char === '$' && /[A-Za-z0-9_{(@*#?$!-]/.test(next));
}
