import type { PassThrough } from 'node:stream';

/** All that was written to a stream so far. Newer Nodes hand out what was written piece by piece. */
export function textOf(stream: PassThrough): string {
  let text = '';
  for (let piece = stream.read(); piece !== null; piece = stream.read()) text += piece;
  return text;
}
