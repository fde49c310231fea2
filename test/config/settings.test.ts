import { describe, expect, it } from 'vitest';
import { fileName, flagName, variableName } from '../../src/config/names.js';
import { nearestName } from '../../src/config/nearest.js';
import { SETTING_KEYS, SETTINGS } from '../../src/config/settings.js';

describe('the names of a setting', () => {
  it('are computed from its key', () => {
    expect(flagName('auth.nonce-expire')).toBe('auth-nonce-expire');
    expect(variableName('auth.nonce-expire')).toBe('SIPCTL_AUTH_NONCE_EXPIRE');
    expect(fileName('auth.nonce-expire')).toBe('[auth] nonce-expire');
    expect(fileName('domain')).toBe('domain');
  });

  it.each([flagName, variableName, fileName])('are those of no other setting', (nameOf) => {
    expect(new Set(SETTING_KEYS.map(nameOf)).size).toBe(SETTING_KEYS.length);
  });
});

describe.each(SETTING_KEYS)('the setting %s', (key) => {
  const { kind, fallback, description } = SETTINGS[key];

  it('is described', () => {
    expect(description).toMatch(/^[A-Z].{10,90}[^.]$/);
  });

  it('has a default that its own kind reads', () => {
    const value = fallback({ env: {}, home: '/home/user', root: false });
    if (value !== undefined) expect(kind.parse(String(value))).toEqual(value);
    else expect(value).toBeUndefined();
  });

  it('refuses an empty value', () => {
    expect(() => kind.parse('')).toThrow();
  });
});

describe('the nearest name', () => {
  it('is the one that takes the fewest edits', () => {
    expect(nearestName('lissen', ['domain', 'listen', 'db'])).toBe('listen');
  });

  it('is none when nothing is near', () => {
    expect(nearestName('quarterly', ['domain', 'listen', 'db'])).toBeUndefined();
  });

  it('is found quickly for a name of any length', () => {
    expect(nearestName('x'.repeat(1_000_000), ['domain'])).toBeUndefined();
  });
});
