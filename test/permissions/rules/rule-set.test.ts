import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../../src/permissions/rules/parse.js';
import { loadRuleRows, RuleSet, ruleSubject } from '../../../src/permissions/rules/rule-set.js';
import { parseUri } from '../../../src/sip/uri.js';

function setOf(allow: string, deny: string): RuleSet {
  const files = [parseRuleFile(allow, 'rules.allow'), parseRuleFile(deny, 'rules.deny')];
  expect(files.flatMap(({ problems }) => problems)).toEqual([]);
  return RuleSet.of(files[0]?.rules ?? [], files[1]?.rules ?? []);
}

/** "allow 2", "deny 1", "default allowed": the list, the line that decided. */
function decided(set: RuleSet, from: string, request: string): string {
  const { allowed, list, rule } = set.decide(from, request);
  if (list !== 'default') expect(allowed).toBe(list === 'allow');
  return rule === undefined ? `${list} ${allowed ? 'allowed' : 'denied'}` : `${list} ${rule.line}`;
}

describe('a decision', () => {
  it('takes the first allow rule that fits, then the first deny rule, then allows', () => {
    const set = setOf('ALL : "never"\n"^sip:boss@" : ALL\nALL : "^sip:112@"', '"^sip:x@" : ALL\nALL : "^sip:9"');
    expect(decided(set, 'sip:boss@a', 'sip:900@a')).toBe('allow 2');
    expect(decided(set, 'sip:x@a', 'sip:112@a')).toBe('allow 3');
    expect(decided(set, 'sip:x@a', 'sip:900@a')).toBe('deny 1');
    expect(decided(set, 'sip:y@a', 'sip:900@a')).toBe('deny 2');
    expect(decided(set, 'sip:y@a', 'sip:100@a')).toBe('default allowed');
  });

  it('denies nothing when there are only allow rules', () => {
    expect(decided(setOf('"^sip:1@" : ALL', ''), 'sip:2@a', 'sip:3@a')).toBe('default allowed');
  });

  it('denies all the rest when ALL : ALL is denied, a REGISTER to the bare domain too', () => {
    const set = setOf('"^sip:1@" : ALL', 'ALL : ALL');
    expect(decided(set, 'sip:1@a', 'sip:3@a')).toBe('allow 1');
    expect(decided(set, 'sip:2@a', 'sip:@a')).toBe('deny 1');
  });

  it('denies a subject of more than 256 bytes, and says why', () => {
    const set = setOf('ALL : ALL', '');
    const long = `sip:${'a'.repeat(252)}`;
    expect(set.decide(long, 'sip:@a').allowed).toBe(true);
    expect(set.decide(`${long}a`, 'sip:@a')).toEqual({
      allowed: false,
      list: 'default',
      rule: undefined,
      reason: 'a From URI of more than 256 bytes is not compared with rules',
    });
    expect(set.decide('sip:a', `${long}a`)).toMatchObject({
      allowed: false,
      reason: 'a Request-URI of more than 256 bytes is not compared with rules',
    });
  });

  it('allows everything unseen when there is no rule at all', () => {
    expect(RuleSet.empty.decide('x'.repeat(1_000), '').allowed).toBe(true);
  });

  it('compares the From URI exactly as received', () => {
    const set = setOf('', '"^sip:alice@a$" : ALL');
    expect(set.decide('sip:alice@a', 'sip:1@a').allowed).toBe(false);
    for (const from of ['sips:alice@a', 'sip:alice@a:5060', 'sip:alice@a;user=phone', 'sip:%61lice@a']) {
      expect(set.decide(from, 'sip:1@a').allowed).toBe(true);
    }
  });
});

describe('the Request-URI as rules see it', () => {
  it.each([
    ['sip:5@x', 'sip:5@x'],
    ['sip:5:pw@x:99;p=1?h=v', 'sip:5@x'],
    ['sips:alice@a', 'sip:alice@a'],
    ['sip:x.org', 'sip:@x.org'],
    ['tel:+421123', 'sip:+421123@'],
    ['sip:%31@x', 'sip:%31@x'],
    ['sip:5;ext=7@x', 'sip:5;ext=7@x'],
    ['sip:u@[2001:DB8::1]:5070', 'sip:u@[2001:DB8::1]'],
  ])('%s is %s', (uri, subject) => {
    const parsed = parseUri(uri);
    if (parsed === undefined) throw new Error(`no URI: ${uri}`);
    expect(ruleSubject(parsed)).toBe(subject);
  });
});

describe('rules from the database', () => {
  const row = (id: number, type: string, rule: string, note: string | null = null) => ({ id, type, rule, note });

  it('keep id, order and note', () => {
    const { set, problems } = loadRuleRows([
      row(7, 'D', 'ALL : "^sip:9"', 'premium'),
      row(3, 'A', '"^sip:1" : ALL # from the rule'),
      row(9, 'A', 'ALL : "^sip:112@"'),
    ]);
    expect(problems).toEqual([]);
    expect(set?.allow.map(({ id, source, note }) => ({ id, source, note }))).toEqual([
      { id: 3, source: 'rule 3', note: 'from the rule' },
      { id: 9, source: 'rule 9', note: undefined },
    ]);
    expect(set?.decide('sip:x', 'sip:900@x')).toMatchObject({ allowed: false, rule: { id: 7, note: 'premium' } });
  });

  it('are refused as a whole when one has a fault, with every fault named', () => {
    const { set, problems } = loadRuleRows([
      row(1, 'A', 'ALL : ALL'),
      row(2, 'D', '"(" : ALL'),
      row(4, 'x', 'ALL : ALL'),
    ]);
    expect(set).toBeUndefined();
    expect(problems.map(({ source, column, message }) => `${source}:${column}: ${message}`)).toEqual([
      'rule 2:2: invalid regular expression "(": unmatched "("',
      'rule 4:1: the type is "x", which is neither A (allow) nor D (deny)',
    ]);
  });

  it('may be commented out', () => {
    expect(loadRuleRows([row(1, 'D', '# ALL : ALL')]).set?.deny).toEqual([]);
  });

  it('are an empty set when there are none', () => {
    expect(loadRuleRows([]).set?.decide('a', 'b').allowed).toBe(true);
  });
});
