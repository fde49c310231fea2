import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure, messageOf } from '../errors.js';
import type { Tools } from './tools.js';

export interface RuleFiles {
  readonly allow: string;
  readonly deny: string;
}

/** A set of rules in files is edited by hand; whatever is longer is some other file. */
const MAX_BYTES = 16_777_216;

/**
 * The two files that are meant: those that are named; without names `rules.allow` and `rules.deny` in the working
 * directory where one of them stands, else in the setting `rules.dir`. Throws USAGE for one name without the other.
 */
export function ruleFiles(allow: string | undefined, deny: string | undefined, tools: Tools): RuleFiles {
  if (allow !== undefined && deny === undefined) {
    throw new Failure('USAGE', 'the file of deny rules is missing', 'name both files, or none');
  }
  const { cwd } = tools.world;
  if (allow !== undefined && deny !== undefined) return { allow: resolve(cwd, allow), deny: resolve(cwd, deny) };
  const here = filesIn(cwd);
  return existsSync(here.allow) || existsSync(here.deny) ? here : filesIn(tools.settings.get('rules.dir'));
}

function filesIn(directory: string): RuleFiles {
  return { allow: join(directory, 'rules.allow'), deny: join(directory, 'rules.deny') };
}

/** The text of a file; undefined when there is none. Throws FAILED when it can not be read, USAGE when it is not UTF-8. */
export async function readRuleFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Failure('FAILED', `${path} can not be read: ${error.message}`);
  });
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_BYTES) throw new Failure('USAGE', `${path} is too long for a rule file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('USAGE', `${path} is not UTF-8 text`);
  }
}

/** Replaces a file as a whole: a Kamailio that starts meanwhile finds the old one or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Failure('FAILED', `${path} can not be written: ${messageOf(error)}`);
  }
}
