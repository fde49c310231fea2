import { readFileSync } from 'node:fs';
import { Failure, messageOf } from '../errors.js';

/** Settings are typed by people; whatever is longer is some other file. */
const MAX_BYTES = 1_048_576;

/** The text of a settings file, undefined when there is none. A file that is there and can not be read is a CONFIG failure. */
export function readSettingsFile(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Failure('CONFIG', `${path} can not be read: ${messageOf(error)}`);
  }
  if (bytes.length > MAX_BYTES) throw new Failure('CONFIG', `${path} is too long for a settings file`);
  return bytes.toString('utf8');
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
