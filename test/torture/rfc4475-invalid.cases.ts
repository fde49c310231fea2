import { type Case, lines } from './torture.js';

/** A plain request whose lines a case replaces by name; `''` as value removes the line. */
function request(startLine: string, changes: Readonly<Record<string, string>> = {}): string {
  const method = startLine.slice(0, startLine.indexOf(' '));
  const headers = new Map([
    ['Via', 'SIP/2.0/UDP 203.0.113.20:5060;branch=z9hG4bKbad'],
    ['Max-Forwards', '12'],
    ['From', '"Caller" <sip:caller@bad.test>;tag=c'],
    ['To', '<sip:callee@bad.test>'],
    ['Call-ID', 'bad@203.0.113.20'],
    ['CSeq', `33 ${method}`],
    ['Contact', '<sip:caller@203.0.113.20>'],
    ['Content-Length', '0'],
    ...Object.entries(changes),
  ]);
  const kept = [...headers].filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  return lines(startLine, ...kept);
}

const INVITE = 'INVITE sip:callee@bad.test SIP/2.0';
const responseWith = (status: string, cseq: string) =>
  lines(
    `SIP/2.0 ${status}`,
    'Via: SIP/2.0/TCP 203.0.113.21;branch=z9hG4bKr1',
    'From: <sip:u@bad.test>;tag=1',
    'To: <sip:v@bad.test>;tag=2',
    'Call-ID: resp@bad.test',
    `CSeq: ${cseq}`,
    'l: 0',
  );

export const cases: readonly Case[] = [
  {
    of: '3.1.2.1 badinv01',
    it: 'drops a request with empty parameters and elements in Via',
    text: request(INVITE, { Via: 'SIP/2.0/UDP 203.0.113.20;,;;,,', Contact: '"" <sip:c@203.0.113.20>;;,,' }),
    outcome: 'dropped',
  },
  {
    of: '3.1.2.2 clerr',
    it: 'refuses a Content-Length larger than the datagram',
    text: `${request(INVITE, { 'Content-Length': '4711' })}v=0\r\n`,
    outcome: 400,
  },
  {
    of: '3.1.2.3 ncl',
    it: 'refuses a negative Content-Length',
    text: `${request(INVITE, { 'Content-Length': '-5' })}v=0\r\n`,
    outcome: 400,
  },
  {
    of: '3.1.2.4 scalar02',
    it: 'refuses request scalars past their range',
    text: request('REGISTER sip:bad.test SIP/2.0', {
      CSeq: '18446744073709551617 REGISTER',
      'Max-Forwards': '999',
      Expires: '99999999999999999999',
      Contact: '<sip:c@203.0.113.20>;expires=888888888888888888',
    }),
    outcome: 400,
  },
  {
    of: '3.1.2.4 scalar02',
    it: 'refuses Expires past its range on its own',
    text: request('REGISTER sip:bad.test SIP/2.0', { Expires: '4294967296' }),
    outcome: 400,
  },
  {
    of: '3.1.2.5 scalarlg',
    it: 'drops a response whose CSeq is past its range',
    text: responseWith('503 Busy', '99999999999 OPTIONS'),
    outcome: 'dropped',
  },
  {
    of: '3.1.2.6 quotbal',
    it: 'refuses a quoted string without its end',
    text: request(INVITE, { To: '"Callee <sip:callee@bad.test>' }),
    outcome: 400,
  },
  {
    of: '3.1.2.7 ltgtruri',
    it: 'refuses angle brackets around the Request-URI',
    text: request('INVITE <sip:callee@bad.test> SIP/2.0'),
    outcome: 400,
  },
  {
    of: '3.1.2.8 lwsruri',
    it: 'refuses a blank inside the Request-URI',
    text: request('INVITE sip:callee@bad.test; maddr=x SIP/2.0'),
    outcome: 400,
  },
  {
    of: '3.1.2.9 lwsstart',
    it: 'refuses more than one blank between the parts of the start line',
    text: request('INVITE   sip:callee@bad.test   SIP/2.0'),
    outcome: 400,
  },
  {
    of: '3.1.2.10 trws',
    it: 'refuses blanks at the end of the start line',
    text: request('OPTIONS sip:callee@bad.test SIP/2.0\t '),
    outcome: 400,
  },
  {
    // The grammar allows what the prose forbids. They are passed on to nobody: relaying writes a URI without headers.
    of: '3.1.2.11 escruri',
    it: 'tolerates escaped headers in the Request-URI, and never applies them',
    text: request('INVITE sip:callee@bad.test?Route=%3Csip:evil.test%3E SIP/2.0'),
    outcome: 'processed',
  },
  {
    of: '3.1.2.12 baddate',
    it: 'does not care about the time zone of Date',
    text: request(INVITE, { Date: 'Thu, 01 Jan 2026 12:00:00 CET' }),
    outcome: 'processed',
  },
  {
    of: '3.1.2.13 regbadct',
    it: 'refuses to register a Contact with a question mark and without angle brackets',
    text: request('REGISTER sip:bad.test SIP/2.0', { Contact: 'sip:c@203.0.113.20?Route=%3Csip:evil.test%3E' }),
    outcome: 400,
  },
  {
    of: '3.1.2.14 badaspec',
    it: 'refuses blanks inside the angle brackets of To',
    text: request('OPTIONS sip:callee@bad.test SIP/2.0', { To: '"Callee" < sip:callee@bad.test >' }),
    outcome: 400,
  },
  {
    of: '3.1.2.15 baddn',
    it: 'refuses an unquoted comma in a display name',
    text: request('OPTIONS sip:callee@bad.test SIP/2.0', { From: 'Caller, The <sip:caller@bad.test>;tag=c' }),
    outcome: 400,
  },
  {
    of: '3.1.2.16 badvers',
    it: 'answers 505 to a version that is not 2.0',
    text: request('OPTIONS sip:callee@bad.test SIP/9.1'),
    outcome: 505,
  },
  {
    of: '3.1.2.17 mismatch01',
    it: 'refuses a CSeq method other than that of the request',
    text: request('OPTIONS sip:callee@bad.test SIP/2.0', { CSeq: '5 INVITE' }),
    outcome: 400,
  },
  {
    of: '3.1.2.18 mismatch02',
    it: 'refuses it for an unknown method too',
    text: request('DANCE sip:callee@bad.test SIP/2.0', { CSeq: '5 INVITE' }),
    outcome: 400,
  },
  {
    of: '3.1.2.19 bigcode',
    it: 'drops a response whose status would be 200 in 32 bits',
    text: responseWith('4294967496 OK', '1 OPTIONS'),
    outcome: 'dropped',
  },
  {
    of: '3.3.1 insuf',
    it: 'answers 400 when From, To and Call-ID are missing',
    text: request(INVITE, { From: '', To: '', 'Call-ID': '' }),
    outcome: 400,
  },
  {
    of: '3.3.8 multi01',
    it: 'refuses repeated single-value headers, whatever their spelling',
    text: request(INVITE, { f: '<sip:other@bad.test>;tag=o', T: '<sip:victim@bad.test>', i: 'second', cseq: '1 BYE' }),
    outcome: 400,
  },
  {
    of: '3.3.9 mcl01',
    it: 'refuses two Content-Lengths',
    text: `${request('OPTIONS sip:callee@bad.test SIP/2.0', { 'Content-Length': '3', l: '9' })}123456789`,
    outcome: 400,
  },
];
