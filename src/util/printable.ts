/**
 * Text from the wire or the database made safe for a log line or a terminal: control characters (C0, DEL, C1 and the
 * line separators) become `\xNN`, so that nobody can forge a line or move the cursor.
 */
export function printable(text: string): string {
  for (let i = 0; i < text.length; i++) if (isControl(text.charCodeAt(i))) return escaped(text);
  return text;
}

function escaped(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    result += isControl(code) ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  }
  return result;
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
}
