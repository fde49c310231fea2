import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../support/child.js';
import type { Outcome } from '../support/server.js';
import { temporaryFolder } from '../support/temp.js';

const SIPCTL = fileURLToPath(new URL('../../bin/sipctl.js', import.meta.url));

/** A folder in which routes are written and `sipctl` is run, with no server running. */
export class Workshop {
  readonly folder = temporaryFolder();

  /** Writes a file; answers its path. */
  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  async sipctl(...args: readonly string[]): Promise<Outcome> {
    const env = {
      PATH: process.env.PATH,
      HOME: this.folder,
      NO_COLOR: '1',
      SIPCTL_SOCKET: join(this.folder, 's.sock'),
    };
    const child = new Child(process.execPath, [SIPCTL, ...args], { cwd: this.folder, env });
    const { status } = await child.ended;
    return { status, stdout: child.stdout, stderr: child.stderr };
  }
}
