import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { domainOf, fixDomain } from '../../src/config/domain.js';
import { domainName } from '../../src/config/host.js';

function memory(facts: Record<string, string> = {}) {
  const kept = new Map(Object.entries(facts));
  return {
    kept,
    get: async (name: string) => kept.get(name),
    setOnce: async (name: string, value: string) => {
      if (!kept.has(name)) kept.set(name, value);
      return kept.get(name) ?? value;
    },
  };
}

const settings = (domain: string | undefined) => ({ get: () => domain }) as never;

describe('the domain', () => {
  it('is the setting where there is one', async () => {
    expect(await domainOf(settings('set.example'), memory({ domain: 'fixed.example' }))).toBe('set.example');
  });

  it('is what was fixed in the database otherwise, whatever the host is called now', async () => {
    expect(await domainOf(settings(undefined), memory({ domain: 'fixed.example' }))).toBe('fixed.example');
  });

  it('is the name of the host in lower case for a new database, and is fixed by that', async () => {
    const facts = memory();
    expect(await domainOf(settings(undefined), facts)).toBe(hostname().toLowerCase());
    expect(facts.kept.get('domain')).toBe(hostname().toLowerCase());
  });

  it('given when the database is new is fixed too, so that later commands without it mean the same', async () => {
    const facts = memory();
    expect(await domainOf(settings('set.example'), facts)).toBe('set.example');
    expect(await domainOf(settings(undefined), facts)).toBe('set.example');
  });

  it('of a database is fixed once', async () => {
    const facts = memory();
    expect(await fixDomain(settings('first.example'), facts)).toBe('first.example');
    expect(await fixDomain(settings('second.example'), facts)).toBe('first.example');
  });
});

describe('the name of a domain', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['localhost', 'localhost'],
    ['192.0.2.1', '192.0.2.1'],
    ['[2001:DB8::1]', '[2001:db8::1]'],
    ['my_domain.com', 'my_domain.com'],
  ])('%s is taken', (text, domain) => {
    expect(domainName.parse(text)).toBe(domain);
  });

  it.each(['', '.', 'a..b', '-a.b', 'a-.b', 'a b', 'a@b', '2001:db8::1', '[::1', 'a;b', 'ä.example', 'x'.repeat(65)])(
    '%s is refused',
    (text) => {
      expect(() => domainName.parse(text)).toThrow();
    },
  );
});
