import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Other people's messages, beside the repository where they are there at all. */
const CORPUS = new URL('../../../shared/corpus/', import.meta.url);

export const present = existsSync(CORPUS);

export interface Row {
  readonly file: string;
  /** As EXPECTED.tsv explains it: valid, valid-NNN, invalid, either. */
  readonly verdict: string;
}

export function rows(): Row[] {
  if (!present) return [];
  const lines = readFileSync(new URL('EXPECTED.tsv', CORPUS), 'latin1').split('\n');
  return lines
    .filter((line) => line.includes('\t') && !line.startsWith('#'))
    .map((line) => {
      const [file = '', verdict = ''] = line.split('\t');
      return { file, verdict };
    });
}

/** Files ending in .lf were archived with bare LF, some without the final empty line. */
export function messageIn(file: string): string {
  const text = readFileSync(new URL(file, CORPUS), 'latin1');
  if (!file.endsWith('.lf')) return text;
  const crlf = text.replace(/\n/g, '\r\n');
  return crlf.includes('\r\n\r\n') ? crlf : `${crlf}\r\n`;
}

export function filesIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, CORPUS)).map((name) => `${folder}/${name}`);
}

/** The text of one of the files of values. */
export function valuesIn(name: string): string {
  return readFileSync(new URL(`abnf/${name}`, CORPUS), 'latin1');
}

/** Its Content-Length is 17 more than the body in the archive, so RFC 3261 18.3 wants the 400 that its verdict does not. */
export const WRONG_LENGTH = 'rfc5118/ipv6-in-sdp.lf';
