/** A regular expression that is refused; `offset` is the place in the pattern, in bytes from 0. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}
