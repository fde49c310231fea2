/**
 * How one typed value is read from text. Settings and command line arguments share it, and neither needs a
 * schema library for it, so that starting the program stays cheap.
 */
export interface Kind<T> {
  /** The word that stands for the value in help, such as `seconds`. */
  readonly word: string;
  /** The text may hold a password and is never echoed. */
  readonly secret?: boolean;
  /** Throws `Invalid` with a sentence that continues "'TEXT' ...". */
  parse(text: string): T;
}

/** Thrown by `Kind.parse`. Whoever knows where the text came from turns it into a `Failure`. */
export class Invalid extends Error {
  override readonly name = 'Invalid';
}

/** Control characters have no place in anything that is typed, and make tables and log lines lie. */
export function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return true;
  }
  return false;
}

/** Text without control characters, at most `limit` characters long. */
export function textUpTo(limit: number, word = 'text'): Kind<string> {
  return {
    word,
    parse(text) {
      if (hasControlCharacter(text)) throw new Invalid('must not contain control characters');
      if (text.length > limit) throw new Invalid(`is longer than ${limit} characters`);
      return text;
    },
  };
}

/** Not empty, no control characters, at most 4096 characters (the limit of a path). */
export function nonEmpty(word: string): Kind<string> {
  const bounded = textUpTo(4096, word);
  return {
    word,
    parse(text) {
      if (text === '') throw new Invalid('must not be empty');
      return bounded.parse(text);
    },
  };
}

/** A decimal integer from `min` to `max`, digits only: no sign, no blanks, no exponent. */
export function integer(min: number, max: number, word = 'number'): Kind<number> {
  return {
    word,
    parse(text) {
      const digits = text.length > 0 && text.length <= 15 && /^[0-9]+$/.test(text);
      const value = digits ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max)) throw new Invalid(`must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

const YES = ['1', 'yes', 'true', 'on'];
const NO = ['0', 'no', 'false', 'off'];

/** 1, yes, true, on; 0, no, false, off. */
export const bool: Kind<boolean> = {
  word: 'yes|no',
  parse(text) {
    const word = text.toLowerCase();
    if (YES.includes(word)) return true;
    if (NO.includes(word)) return false;
    throw new Invalid('must be yes or no');
  },
};

/** One of a fixed list of words. */
export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
  return {
    word: words.join('|'),
    parse(text) {
      const found = words.find((word) => word === text);
      if (found === undefined) throw new Invalid(`must be one of ${words.join(', ')}`);
      return found;
    },
  };
}

/** A comma separated list with at least one item; blanks around items do not count. */
export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    word: `${item.word},...`,
    parse(text) {
      return text.split(',').map((part) => item.parse(part.trim()));
    },
  };
}
