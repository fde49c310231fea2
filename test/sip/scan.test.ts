import { describe, expect, it } from 'vitest';
import { Header } from '../../src/sip/header.js';
import {
  declaredLength,
  ID,
  LINE_END,
  LINE_START,
  NAME_END,
  STRIDE,
  scanHeaders,
  VALUE_END,
  VALUE_START,
} from '../../src/sip/scan.js';

const scan = (headers: string) => scanHeaders(headers, 0);
const count = (headers: string) => scan(headers).index.length / STRIDE;

describe('the header scan', () => {
  it('notes where name, value and line of each header are', () => {
    const text = 'Via: a\r\nX-Y:\t b \r\n\r\nbody';
    const { index, bodyStart, problem, untidy } = scan(text);
    expect({ problem, untidy, body: text.slice(bodyStart) }).toEqual({
      problem: undefined,
      untidy: false,
      body: 'body',
    });
    const second = index.slice(STRIDE);
    expect(second[ID]).toBe(Header.Other);
    expect(text.slice(second[LINE_START], second[NAME_END])).toBe('X-Y');
    expect(text.slice(second[VALUE_START], second[VALUE_END])).toBe('b');
    expect(text.slice(second[LINE_START], second[LINE_END])).toBe('X-Y:\t b \r\n');
  });

  it('accepts empty values and no headers at all', () => {
    expect(count('Subject:\r\nSupported: \r\n\r\n')).toBe(2);
    expect(count('\r\n')).toBe(0);
  });

  it('takes a name with white space before the colon as that name, and asks for tidying (P1)', () => {
    const { index, untidy } = scan('To \t: x\r\n\r\n');
    expect([index[ID], untidy]).toEqual([Header.To, true]);
  });

  it('takes folded lines as one header, and asks for tidying (P3)', () => {
    const text = 'To: x\r\n ;tag=1\r\n\t\r\nCSeq: 1 INFO\r\n\r\n';
    const { index, untidy } = scan(text);
    expect([index.length / STRIDE, untidy]).toEqual([2, true]);
    expect(text.slice(index[LINE_START], index[LINE_END])).toBe('To: x\r\n ;tag=1\r\n\t\r\n');
  });

  it.each([
    ['a control character', 'To\u0001: x'],
    ['a space inside', 'To Me: x'],
    ['no colon', 'To'],
    ['no name', ': x'],
    ['an octet above 127', 'T\u00f6: x'],
    ['a separator', 'To(1): x'],
    ['white space before the first name', ' To: x'],
  ])('refuses a header name with %s (P2)', (_what, line) => {
    const { problem, index } = scan(`${line}\r\nCSeq: 1 INFO\r\n\r\n`);
    expect(problem).toBe('Bad header name');
    expect(index.length).toBe(STRIDE);
  });

  it.each([
    ['bare LF', 'X: a\nTo: b'],
    ['bare CR', 'X: a\rTo: b'],
    ['bare CR before CRLF', 'X: a\r'],
    ['bare LF before CRLF', 'X: a\n'],
    ['bare LF in a folded line', 'X: a\r\n b\nTo: c'],
    ['bare CR in a folded line', 'X: a\r\n b\rTo: c'],
  ])('refuses %s and indexes nothing of that line (P3)', (_what, line) => {
    const { problem, index } = scan(`${line}\r\nCSeq: 1 INFO\r\n\r\n`);
    expect(problem).toBe('Bare CR or LF in header');
    expect([index.length, index[ID]]).toEqual([STRIDE, Header.CSeq]);
  });

  it('refuses NUL in the header and not in the body (P3)', () => {
    expect(scan('X: a\0b\r\n\r\n').problem).toBe('NUL in header');
    expect(scan('X: a\r\nY: "b\0"\r\n\r\n').problem).toBe('NUL in header');
    expect(scan('X: \\\0\r\n\r\n').problem).toBe('NUL in header');
    expect(scan('X: a\r\n\r\n\0').problem).toBeUndefined();
  });

  it('accepts NUL as a quoted pair, where the grammar allows it (RFC 4475 3.1.1.2)', () => {
    expect(scan('X: "a\\\0b" c\r\n\r\n').problem).toBeUndefined();
  });

  it('refuses a header without an empty line at its end', () => {
    for (const text of ['', 'X: a', 'X: a\r\n', 'X: a\r\n y', 'X: a\r\n y\r\n', 'X: a\nY: b\n\n']) {
      expect(scan(text)).toMatchObject({ problem: 'No empty line after the headers', bodyStart: -1 });
    }
  });

  it('limits one header to 8 kB and a message to 200 headers (P11)', () => {
    expect(scan(`X: ${'a'.repeat(8189)}\r\n\r\n`).problem).toBeUndefined();
    expect(scan(`X: ${'a'.repeat(8190)}\r\n\r\n`).problem).toBe('Header too large');
    expect(scan(`${'X: 1\r\n'.repeat(200)}\r\n`).problem).toBeUndefined();
    expect(scan(`${'X: 1\r\n'.repeat(201)}\r\n`)).toMatchObject({ problem: 'Too many headers', bodyStart: 1208 });
  });
});

describe('the declared length', () => {
  const lengthOf = (headers: string) => declaredLength(headers, scan(headers).index);

  it('is the decimal number of Content-Length or l', () => {
    expect(lengthOf('Content-Length: 150\r\n\r\n')).toBe(150);
    expect(lengthOf('L : 007\r\n\r\n')).toBe(7);
    expect(lengthOf('X: 1\r\n\r\n')).toBeUndefined();
  });

  it.each(['-1', '+5', '0x5', '5 5', '5, 5', '', '5;a', '4294967296', '18446744073709551616', '1e3', '\u0665'])(
    'is no number when it reads %j (P8)',
    (value) => {
      expect(lengthOf(`Content-Length: ${value}\r\n\r\n`)).toBe(-1);
    },
  );

  it('is no number when there are two, equal or not, compact or not (P4, P9)', () => {
    expect(lengthOf('Content-Length: 5\r\nl: 5\r\n\r\n')).toBe(-1);
    expect(lengthOf('Content-Length: 5\r\nContent-Length: 6\r\n\r\n')).toBe(-1);
  });
});
