/** Something wrong in a line: a sentence, and the byte that it is about. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** A part of a line, and the offset of its first byte in that line. */
export interface Part {
  readonly text: string;
  readonly offset: number;
}

/** The part of a part from `start` to `end`, without the given bytes at its ends. */
export function trimmed(part: Part, isBlank: (char: string) => boolean): Part {
  let start = 0;
  let end = part.text.length;
  while (start < end && isBlank(part.text.charAt(start))) start++;
  while (end > start && isBlank(part.text.charAt(end - 1))) end--;
  return { text: part.text.slice(start, end), offset: part.offset + start };
}

export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}
