/**
 * Text from the database or the wire as it may stand in a table, in TSV or in a message: control characters (C0, DEL,
 * C1, and those that turn the direction of writing) would move the cursor, break the row or hide what is written.
 */
export function escapeControls(text: string): string {
  let escaped = '';
  let clean = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (!isControl(unit)) continue;
    escaped += text.slice(clean, i) + escapeUnit(unit);
    clean = i + 1;
  }
  return clean === 0 ? text : escaped + text.slice(clean);
}

/** JSON leaves DEL and C1 as they are, which a terminal obeys; their `\u` form means the same. */
export function escapeJsonControls(json: string): string {
  let escaped = '';
  let clean = 0;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit < 0x20 || !isControl(unit)) continue;
    escaped += `${json.slice(clean, i)}\\u${unit.toString(16).padStart(4, '0')}`;
    clean = i + 1;
  }
  return clean === 0 ? json : escaped + json.slice(clean);
}

function isControl(unit: number): boolean {
  if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return true;
  // Line and paragraph separators, and the explicit directional characters of UAX 9.
  return (unit >= 0x2028 && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069);
}

function escapeUnit(unit: number): string {
  if (unit === 0x09) return '\\t';
  if (unit === 0x0a) return '\\n';
  if (unit === 0x0d) return '\\r';
  return unit < 0x100 ? `\\x${unit.toString(16).padStart(2, '0')}` : `\\u${unit.toString(16)}`;
}
