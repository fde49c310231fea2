import { Invalid, type Kind, textUpTo } from '../../config/kind.js';

const text = textUpTo(8192, 'arg');

/** A JSON number as JSON writes it: `007` and `+49` are text, where kamctl sends what no server can read. */
const NUMBER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/;

/** An argument of `rpc`: a number where it looks like one, else text; `s:` makes text of it and `i:` an integer, as in kamctl. */
export const rpcArgument: Kind<string | number> = {
  word: 'arg',
  parse(typed) {
    text.parse(typed);
    if (typed.startsWith('s:')) return typed.slice(2);
    if (typed.startsWith('i:')) return integerOf(typed.slice(2));
    return NUMBER.test(typed) ? Number(typed) : typed;
  },
};

function integerOf(digits: string): number {
  if (!/^-?[0-9]{1,15}$/.test(digits)) throw new Invalid('must have an integer after i:');
  return Number(digits);
}
