import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders = new Set<string>();

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.clear();
}

afterAll(removeAll);
process.on('exit', removeAll);

/** A new folder of our own; it goes at the end of the test file, however that ended. Short, because socket paths are limited to 107 bytes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sipctl-'));
  folders.add(folder);
  return folder;
}
