import { Failure } from '../errors.js';
import type { Input } from './world.js';

/** The first line of standard input, at most `limit` bytes, without its end. Throws USAGE when there is none or it is longer. */
export async function readLine(stdin: Input, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk as Buffer | string);
    parts.push(part);
    size += part.length;
    if (size > limit || part.includes(0x0a)) break;
  }
  const [line = ''] = Buffer.concat(parts).toString('utf8').split('\n', 1);
  if (Buffer.byteLength(line) > limit)
    throw new Failure('USAGE', `the first line of input is longer than ${limit} bytes`);
  if (line === '') throw new Failure('USAGE', 'the first line of input is empty');
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
