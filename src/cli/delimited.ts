import { escapeControls } from '../util/escape.js';
import { cell } from './cells.js';

/** A header row and a row a line, fields separated by tabs; control characters in fields are escaped. */
export function tsv(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  const lines = rows.map((row) => columns.map((name) => escapeControls(cell(row[name]))).join('\t'));
  return [columns.join('\t'), ...lines, ''].join('\n');
}

/** RFC 4180 with a header row; fields are exact, quoted where they must be. */
export function csv(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  const lines = rows.map((row) => columns.map((name) => csvField(cell(row[name]))).join(','));
  return [columns.map(csvField).join(','), ...lines, ''].join('\n');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
