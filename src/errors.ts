/**
 * Everything that can go wrong in a way that a person can act on, and the exit status that a script sees.
 * Any other error that reaches main.ts is a bug.
 */
export const EXIT_STATUS = {
  FAILED: 1,
  USAGE: 2,
  NOT_FOUND: 3,
  DENIED: 4,
  CONFLICT: 5,
  FINDINGS: 6,
  UNREACHABLE: 7,
  DATABASE: 8,
  CONFIG: 9,
  INTERRUPTED: 130,
} as const;

export type FailureCode = keyof typeof EXIT_STATUS;

/** A failure that is reported as one sentence, with the next thing to try where there is one. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly hint?: string,
    /** Structured particulars for `--json` and the control socket, such as the list of bad lines of a rule file. */
    readonly details?: unknown,
  ) {
    super(message);
  }

  get exitStatus(): number {
    return EXIT_STATUS[this.code];
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
