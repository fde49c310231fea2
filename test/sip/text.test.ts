import { describe, expect, it } from 'vitest';
import { latin1Of, utf8Of } from '../../src/sip/text.js';

describe('text of a message', () => {
  it('goes from UTF-8 to octets and back', () => {
    expect(latin1Of('\u0160\u00f6')).toBe('\u00c5\u00a0\u00c3\u00b6');
    expect(utf8Of('\u00c5\u00a0\u00c3\u00b6')).toBe('\u0160\u00f6');
    expect(utf8Of(latin1Of('plain \u{1f4de}'))).toBe('plain \u{1f4de}');
  });

  it('survives octets that are no UTF-8', () => {
    expect(utf8Of('a\u00ffb')).toBe('a\ufffdb');
  });
});
