import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../support/posix-oracle.c', import.meta.url));

export type Flavour = 'ere' | 'bre';
export interface Case {
  readonly pattern: string;
  readonly subject: string;
}

/** The C library's regcomp and regexec behind a program that is compiled when it is needed. */
export class PosixOracle {
  private constructor(
    readonly directory: string,
    readonly program: string,
  ) {}

  /** Undefined where there is no C compiler or no glibc, unless CI demands them. */
  static build(): PosixOracle | undefined {
    const directory = mkdtempSync(join(tmpdir(), 'posix-oracle-'));
    const program = join(directory, 'posix-oracle');
    const compiled = spawnSync('cc', ['-O1', '-o', program, SOURCE], { encoding: 'utf8' });
    if (compiled.status === 0) return new PosixOracle(directory, program);
    rmSync(directory, { recursive: true });
    if (process.env.CI === 'true') throw new Error(`no oracle: ${compiled.error?.message ?? compiled.stderr}`);
    return undefined;
  }

  /** "match", "nomatch" or "error N" for each case; "slow" where glibc would need very long. */
  ask(flavour: Flavour, cases: readonly Case[]): string[] {
    const input = cases.map(({ pattern, subject }) => `${encode(pattern)}\t${encode(subject)}\n`).join('');
    const run = spawnSync(this.program, [flavour], { input, encoding: 'latin1', maxBuffer: 1 << 28 });
    if (run.status !== 0) throw new Error(`the oracle ended with ${run.status ?? run.signal}`);
    return run.stdout.trimEnd().split('\n');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** Bytes that would be taken for something else, as %XX. */
export function encode(text: string): string {
  return text.replace(/[^!-$&-~]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The reverse of `encode`. */
export function decode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
