import { randomInt } from 'node:crypto';

/** Letters and digits that can not be taken for one another when they are read from a screen and typed into a phone. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Sixteen characters in groups of four, about 79 bits. */
export function generatePassword(): string {
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 4 }, randomCharacter).join(''));
  return groups.join('-');
}

function randomCharacter(): string {
  return ALPHABET.charAt(randomInt(ALPHABET.length));
}
