import { describe, expect, it } from 'vitest';
import { parseStartLine } from '../../src/sip/start-line.js';

const parse = (line: string) => parseStartLine(`${line}\r\n`, 0, line.length);

describe('request lines (RFC 3261 25.1)', () => {
  it('give method, Request-URI and version as written', () => {
    expect(parse('RE%47ISTER sip:a@h sip/2.0')).toEqual({
      kind: 'request',
      method: 'RE%47ISTER',
      uri: 'sip:a@h',
      version: 'sip/2.0',
    });
  });

  it.each([
    'INVITE  sip:a@h SIP/2.0',
    'INVITE sip:a@h  SIP/2.0',
    'INVITE sip:a@h SIP/2.0 ',
    'INVITE sip:a@h; lr SIP/2.0',
    'INVITE sip:a\t@h SIP/2.0',
    'INVITE sip:a@h',
    'INVITE sip:a@h HTTP/1.1',
    'INVITE sip:a@h SIP/2',
    'INVITE sip:a@h SIP/x.0',
    'INVITE SIP/2.0',
    'INVITE  SIP/2.0',
    'INVITE sip:a\0@h SIP/2.0',
  ])('are answerable although faulty: %j', (line) => {
    expect(parse(line)).toMatchObject({ kind: 'request', method: 'INVITE', problem: 'Bad request line' });
  });

  it.each(['', ' ', 'INVITE', ' INVITE sip:a@h SIP/2.0', 'INV(ITE sip:a@h SIP/2.0', 'INV\u0001ITE sip:a@h SIP/2.0'])(
    'are hopeless without a method: %j',
    (line) => {
      expect(parse(line).kind).toBe('malformed');
    },
  );

  it('end at CRLF only', () => {
    const text = 'INVITE sip:a@h SIP/2.0\nX: y\r\n';
    expect(parseStartLine(text, 0, text.indexOf('\r'))).toEqual({
      kind: 'malformed',
      problem: 'Bare LF in start line',
    });
  });

  it('are limited to 8 kB (P11)', () => {
    expect(parse(`INVITE sip:${'a'.repeat(8000)}@h SIP/2.0`).kind).toBe('request');
    expect(parse(`INVITE sip:${'a'.repeat(8192)}@h SIP/2.0`)).toEqual({
      kind: 'malformed',
      problem: 'Start line too large',
    });
  });
});

describe('status lines (RFC 3261 25.1)', () => {
  it.each([
    ['SIP/2.0 200 OK', 200, 'OK'],
    ['sip/2.0 100 ', 100, ''],
    ['SIP/2.0 100', 100, ''],
    ['SIP/2.0 699 a  b \u00c3\u00b6', 699, 'a  b \u00c3\u00b6'],
  ])('give status and reason: %j', (line, status, reason) => {
    expect(parse(line)).toEqual({ kind: 'response', status, reason });
  });

  it.each([
    'SIP/2.0 4294967301 x',
    'SIP/2.0 099 x',
    'SIP/2.0 700 x',
    'SIP/2.0 20 x',
    'SIP/2.0 2x0 x',
    'SIP/2.0  200 x',
    'SIP/7.0 200 OK',
    'SIP/2.0',
    'SIP/2.0 200OK',
    'SIP/2.0 200 a\0b',
  ])('are refused: %j (P14)', (line) => {
    expect(parse(line).kind).toBe('malformed');
  });
});
