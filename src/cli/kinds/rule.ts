import { Invalid, integer, type Kind, oneOf, textUpTo } from '../../config/kind.js';
import type { RuleType } from '../../storage/rows.js';

const word = oneOf('allow', 'deny');

/** `allow` or `deny`, as seed 001's tool and the names of the two files have it; 'A' or 'D' in the table. */
export const ruleType: Kind<RuleType> = {
  word: word.word,
  parse: (text) => (word.parse(text) === 'allow' ? 'A' : 'D'),
};

const id = integer(1, 2_147_483_647, 'id');

/** A rule is named by its id, or by its type and text. */
export const ruleName: Kind<number | RuleType> = {
  word: 'id|allow|deny',
  parse(text) {
    if (text === 'allow' || text === 'deny') return ruleType.parse(text);
    if (!/^[0-9]+$/.test(text)) throw new Invalid('is neither the id of a rule nor allow or deny');
    return id.parse(text);
  },
};

/** The text of a rule; src/permissions reads it. Kamailio reads lines of up to 498 bytes. */
export const ruleText = textUpTo(498, 'rule');

/** The width of permissions_rules.note. */
export const MAX_NOTE = 255;

export const note = textUpTo(MAX_NOTE, 'note');

/** The word for people. */
export function typeName(type: RuleType): 'allow' | 'deny' {
  return type === 'A' ? 'allow' : 'deny';
}
