import { escapeControls } from '../util/escape.js';
import { cell } from './cells.js';

/** A header row and a row a line, fields separated by tabs; control characters in fields are escaped. */
export function tsv(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  return [columns.join('\t'), ...rows.map((row) => tsvRow(row, columns)), ''].join('\n');
}

/** One row, without the end of the line. */
export function tsvRow(row: Record<string, unknown>, columns: readonly string[]): string {
  return columns.map((name) => escapeControls(cell(row[name]))).join('\t');
}

/** RFC 4180 with a header row; fields are exact, quoted where they must be. */
export function csv(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  return [columns.map(csvField).join(','), ...rows.map((row) => csvRow(row, columns)), ''].join('\n');
}

/** One row, without the end of the line. */
export function csvRow(row: Record<string, unknown>, columns: readonly string[]): string {
  return columns.map((name) => csvField(cell(row[name]))).join(',');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
