import { oneOf } from '../config/kind.js';
import type { World } from './world.js';

export const FORMATS = ['table', 'json', 'yaml', 'csv', 'tsv'] as const;
export type Format = (typeof FORMATS)[number];

export const format = oneOf(...FORMATS);

/** A table for people, TSV for the next program in the pipe. */
export function defaultFormat(world: Pick<World, 'stdout'>): Format {
  return world.stdout.isTTY ? 'table' : 'tsv';
}

/** Do these arguments ask for JSON? For errors in the arguments themselves, that are found before they are read. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  return options.some((text, i) => {
    if (text === '--json' || text === '-ojson' || text === '--output=json') return true;
    return (text === '-o' || text === '--output') && options[i + 1] === 'json';
  });
}
