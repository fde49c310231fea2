import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../errors.js';
import { CREATE_HINT, translated } from './failures.js';
import type { SqliteUrl } from './url.js';

/**
 * Makes an empty database file that only its owner reads, in a directory of the same kind, unless it is there; what is
 * there keeps its mode. Answers whether it was made.
 */
export function createFile(url: SqliteUrl): boolean {
  if (url.path === ':memory:' || existsSync(url.path)) return false;
  try {
    mkdirSync(dirname(url.path), { recursive: true, mode: 0o700 });
    closeSync(openSync(url.path, 'a', 0o600));
    return true;
  } catch (error) {
    throw translated(error, url.masked);
  }
}

/** @throws Failure DATABASE when there is no such file */
export function demandFile(url: SqliteUrl): void {
  if (url.path === ':memory:' || existsSync(url.path)) return;
  throw new Failure('DATABASE', `the database ${url.masked} does not exist`, CREATE_HINT);
}
