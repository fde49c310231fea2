import { describe, expect, it } from 'vitest';
import { assertOneLine, headerLine } from '../../src/sip/line.js';

describe('a header line', () => {
  it('is name, colon, blank, value and CRLF', () => {
    expect(headerLine('Min-Expires', '60')).toBe('Min-Expires: 60\r\n');
  });

  it.each(['\r\n', '\n', '\r', 'a\r\nContact: *'])('cannot hold %j in name or value', (evil) => {
    expect(() => headerLine('A', evil)).toThrow(RangeError);
    expect(() => headerLine(evil, 'a')).toThrow(RangeError);
    expect(() => assertOneLine(evil)).toThrow(RangeError);
  });
});
