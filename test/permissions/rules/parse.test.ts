import { describe, expect, it } from 'vitest';
import { parseRule, parseRuleFile } from '../../../src/permissions/rules/parse.js';
import { ruleMatches } from '../../../src/permissions/rules/rule.js';

/** "column: message" of everything that is wrong with a line. */
function problems(text: string): string[] {
  return parseRule(text, 'rules.deny', 12).problems.map(({ column, message }) => `${column}: ${message}`);
}

function ruleOf(text: string) {
  const { rule, problems } = parseRule(text, 'rules.allow', 1);
  expect(problems).toEqual([]);
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

describe('a line that Kamailio would drop', () => {
  it.each([
    ['ALL', '1: no ":" outside quotes between the From and the Request-URI'],
    ['"a:b"', '1: no ":" outside quotes between the From and the Request-URI'],
    ['"unterminated : ALL', '1: a quotation mark that is not closed'],
    ['"a\\"b" : ALL', '6: a quotation mark that is not closed'],
    [': ALL', '1: nothing before the ":"'],
    ['  : ALL', '3: nothing before the ":"'],
    ['ALL :', '5: nothing after the ":"'],
    ['ALL : # all', '5: nothing after the ":"'],
    ['ALL EXCEPT : ALL', '5: nothing after EXCEPT'],
    ['ALL : "x" EXCEPT  ', '11: nothing after EXCEPT'],
    [' EXCEPT "x" : ALL', '1: nothing before EXCEPT'],
    ['"a", : ALL', '5: an empty expression'],
    ['"a",,"b" : ALL', '5: an empty expression'],
    ['"" : ALL', '2: an empty expression'],
    ['ALL : "a(" ', '9: invalid regular expression "a(": unmatched "("'],
    ['"x", "a{x}" : ALL', '8: invalid regular expression "a{x}": invalid interval'],
    ['\t"^sip:[0-9" : ALL', '8: invalid regular expression "^sip:[0-9": "[" without "]"'],
    ['ALL EXCEPT "x", "*" : ALL', '18: invalid regular expression "*": nothing to repeat'],
  ])('%j is a problem with its place', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('is reported with all that is wrong, in the order of the columns', () => {
    expect(problems('"(", "ok", "[" EXCEPT "*" : "a{2", ')).toEqual([
      '2: invalid regular expression "(": unmatched "("',
      '13: invalid regular expression "[": "[" without "]"',
      '24: invalid regular expression "*": nothing to repeat',
      '31: invalid regular expression "a{2": interval without "}"',
      '35: an empty expression',
    ]);
  });
});

describe('a line that Kamailio would read as something else', () => {
  it('is refused when it is longer than 498 bytes, a comment too', () => {
    const fill = (length: number) => `# ${'x'.repeat(length - 2)}`;
    expect(problems(fill(498))).toEqual([]);
    expect(problems(fill(499))).toEqual([
      '499: a line of 499 bytes: Kamailio would take what follows the first 498 for another rule',
    ]);
    expect(problems(`${fill(498)}\r`)).toHaveLength(1);
    // 250 two-byte characters.
    expect(problems(`#${'\u00e9'.repeat(250)}`)).toHaveLength(1);
  });

  it('is refused when an expression is longer than 255 bytes', () => {
    expect(problems(`"${'a'.repeat(255)}" : ALL`)).toEqual([]);
    expect(problems(`"${'a'.repeat(256)}" : ALL`)).toEqual([
      '2: an expression of 256 bytes; Kamailio takes 255 at most',
    ]);
  });

  it.each([
    ['ALL : "x" \r# old\rALL : ALL', ['11: control character 0x0d', '17: control character 0x0d']],
    ['ALL : "x\0"', ['9: control character 0x00']],
    ['ALL : "x" # a\x1b[2J', ['14: control character 0x1b']],
    ['ALL : "x"\nALL : ALL', ['10: control character 0x0a']],
    ['ALL : "x"\r\r', ['10: control character 0x0d']],
  ])('%j is refused for its control characters', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('is refused with its first control characters, not with each of ten thousand in a file that is no text', () => {
    const found = problems('\x01'.repeat(10_000));
    expect(found).toHaveLength(11);
    expect(found.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 1}: control character 0x01`));
    expect(found[10]).toMatch(/^499: a line of 10000 bytes/);
  });

  it('is refused when EXCEPT stands at its end without a blank, where Kamailio matches the word', () => {
    expect(problems('ALL : ALL EXCEPT')).toEqual(['11: nothing after EXCEPT']);
    expect(problems('ALL : "x"\tEXCEPT # none')).toEqual(['11: nothing after EXCEPT']);
    expect(problems('ALL : "a EXCEPT"')).toEqual([]);
  });

  it.each([
    ['"^sip:\\d+@" : ALL', '7: invalid regular expression "^sip:\\d+@": "\\d" matches nothing in a POSIX expression'],
    ['"(a)\\1" : ALL', '5: invalid regular expression "(a)\\1": back-references are not supported'],
    ['"a{256}" : ALL', '3: invalid regular expression "a{256}": interval above 255'],
    ['"(a{99}){200}" : ALL', '2: invalid regular expression "(a{99}){200}": expression too complex'],
  ])('%j is refused although the C library takes it', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});

describe('a rule keeps what was written', () => {
  it('without comment and blanks around it, the comment being its note', () => {
    const rule = ruleOf('  "^sip:1" : ALL EXCEPT "#" \t#  boss only \r');
    expect(rule).toMatchObject({
      text: '"^sip:1" : ALL EXCEPT "#"',
      note: 'boss only',
      source: 'rules.allow',
      line: 1,
    });
    expect(rule.id).toBeUndefined();
  });

  it('a no-break space included, which is a part of the expression for Kamailio', () => {
    const rule = ruleOf('\u00a0ALL : ALL');
    expect(rule.text).toBe('\u00a0ALL : ALL');
    expect(rule.left.all).toBe(false);
  });

  it('in characters, while expressions match bytes', () => {
    const rule = ruleOf('"^sip:\u017dofia@" : ALL # \u017d');
    expect(rule.note).toBe('\u017d');
    expect(ruleMatches(rule, 'sip:\xc5\xbdofia@x', '')).toBe(true);
    expect(parseRule('"\u017d" : "\u017d("', 'x', 1).problems).toMatchObject([
      { column: 9, message: 'invalid regular expression "\u017d(": unmatched "("', text: '"\u017d" : "\u017d("' },
    ]);
  });

  it.each(['', '   ', '\t', '# ALL : ALL', ' # "', '\r'])('%j is no rule and no problem', (text) => {
    expect(parseRule(text, 'rules.allow', 1)).toEqual({ rule: undefined, problems: [] });
  });
});

describe('the keyword ALL', () => {
  it.each(['"x", ALL : ALL', 'All : ALL', 'ALL , "a" : ALL'])('is an expression in %j', (text) => {
    expect(ruleOf(text).left.all).toBe(false);
  });

  it('may stand in quotes no more than any keyword', () => {
    expect(ruleOf('"ALL" : ALL').left.all).toBe(false);
  });
});

describe('the traps of the seeds', () => {
  it('"^sip:hr-*@..." of seed 001 is no prefix', () => {
    const rule = ruleOf('"^sip:hr-*@awesome_domain.com$" : ALL EXCEPT "^sip:the-boss@awesome_domain.com"');
    expect(ruleMatches(rule, 'sip:hr-joe@awesome_domain.com', 'sip:1@x')).toBe(false);
    expect(ruleMatches(rule, 'sip:hr--@awesome_domain.com', 'sip:1@x')).toBe(true);
    expect(ruleMatches(rule, 'sip:hr@awesome_domainXcom', 'sip:1@x')).toBe(true);
    expect(ruleMatches(rule, 'sip:hr@awesome_domain.com', 'sip:the-boss@awesome_domain.com')).toBe(false);
  });

  it('the number rule of seed 001 excludes its two exceptions', () => {
    const rule = ruleOf(
      '"^sip:1[0-9]{3}@awesome_domain.com$" EXCEPT "^sip:1111@awesome_domain.com$", "^sip:1112@awesome_domain.com$" : "^sip:2[0-9]{3}@awesome_domain.com"',
    );
    const calls = (user: string) => ruleMatches(rule, `sip:${user}@awesome_domain.com`, 'sip:2000@awesome_domain.com');
    expect(['1000', '1111', '1112', '1113', '2000'].map(calls)).toEqual([true, false, false, true, false]);
  });

  it('an unescaped + after a colon repeats the colon', () => {
    expect(ruleMatches(ruleOf('"^sip:+421" : ALL'), 'sip:+421@x', '')).toBe(false);
    expect(ruleMatches(ruleOf('"^sip:+421" : ALL'), 'sip::421@x', '')).toBe(true);
    expect(ruleMatches(ruleOf('"^sip:\\+421" : ALL'), 'sip:+421@x', '')).toBe(true);
  });
});

describe('a rule file', () => {
  it('keeps the order of its rules and counts all its lines', () => {
    const { rules, problems } = parseRuleFile('# one\r\n\r\nALL : "a"\r\n"b" : ALL # note', 'rules.allow');
    expect(problems).toEqual([]);
    expect(rules.map(({ line, text, note }) => ({ line, text, note }))).toEqual([
      { line: 3, text: 'ALL : "a"', note: undefined },
      { line: 4, text: '"b" : ALL', note: 'note' },
    ]);
  });

  it('gives every problem of every line', () => {
    const { problems } = parseRuleFile('"(" : ALL\nALL : ALL\nALL\n', 'rules.deny');
    expect(problems.map(({ source, line, column }) => `${source}:${line}:${column}`)).toEqual([
      'rules.deny:1:2',
      'rules.deny:3:1',
    ]);
  });
});
