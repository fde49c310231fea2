import { expect } from 'vitest';
import { Header } from '../../src/sip/header.js';
import { headerParam, parseNameAddr } from '../../src/sip/name-addr.js';
import { latin1Of, utf8Of } from '../../src/sip/text.js';
import { parseUri, unescapeUser } from '../../src/sip/uri.js';
import { type Case, lines } from './torture.js';

const manyVias = Array.from({ length: 40 }, (_, i) => `SIP/2.0/TCP hop${i}.relay.test;branch=z9hG4bKhop${i}`);
const PARTS =
  '--cut\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--cut\r\nContent-Type: application/octet-stream\r\n\r\n';
const binaryBody = `${PARTS}\0\u0001\u00fe\u00ff\r\n\r\n\0\r\n--cut--\r\n`;

export const cases: readonly Case[] = [
  {
    of: '3.1.1.1 wsinv',
    it: 'reads folds, blanks around every separator, escapes in quotes and leading zeros',
    text: `${lines(
      'INVITE sip:desk@office.test;wing=b SIP/2.0',
      'tO \t:',
      '\t"Front \\\\\\"desk"   <sip:desk@office.test>  ;   tag   =  d35k',
      'FROM   : sip:guard@gate.test',
      ' ;',
      ' tag = g4t3',
      'mAx-FORWARDS: 00021',
      'call-ID : fold.77@gate.test',
      'l    : 0005',
      'CSEQ: 00042',
      '  INVITE',
      'Via :  SIP   /  2.0',
      ' / TCP  gate.test  ;  branch = ',
      ' z9hG4bKg8 , SIP /2.0/UDP',
      '  203.0.113.8',
      's:',
      'Odd-Header: ,,;;,;=',
      'm: "" <sip:guard@gate.test> ; q',
      ' = 0.3 ;',
      ' expires=9',
    )}hello`,
    outcome: 'processed',
    inRequest: (request) => {
      expect(request.to).toEqual({
        display: 'Front \\"desk',
        uriText: 'sip:desk@office.test',
        params: ';   tag   =  d35k',
      });
      expect([request.toTag, request.fromTag]).toEqual(['d35k', 'g4t3']);
      expect(request.cseq).toEqual({ number: 42, method: 'INVITE' });
      expect(request.topVia).toMatchObject({ protocol: 'TCP', host: 'gate.test', branch: 'z9hG4bKg8' });
      expect(request.list(Header.Via)).toHaveLength(2);
      expect(request.first(Header.MaxForwards)).toBe('00021');
      expect(request.firstNamed('odd-header')).toBe(',,;;,;=');
      expect(headerParam(parseNameAddr(request.first(Header.Contact) ?? '')?.params ?? '', 'q')).toBe('0.3');
      expect(request.body).toBe('hello');
    },
  },
  {
    of: '3.1.1.2 intmeth',
    it: 'accepts every octet that tokens, users, quoted pairs and Call-IDs may have',
    text: lines(
      "x-Do+It!_~%now.'`*9 sip:o'hara+1(2)$x&y=z,;?/!~*_.-:p&w=+$,@h-1.test SIP/2.0",
      "Via: SIP/2.0/UDP h-1.test;branch=z9hG4bK~'`+*%!._-",
      `To: "nul \\\0 bell \\\u0007 del \\\u007f ${latin1Of('\u0159')}" <sip:o'hara+1(2)$x&y=z,;?/!~*_.-@h-1.test>`,
      'From: tok+en `~\' <sip:plain@h-1.test>;p~\'="\\"\u00c3\u00b6";tag=~\'`+*%!._-',
      'Call-ID: a(b)<c>:\\/"[d]?{e}@f~`',
      "CSeq: 7 x-Do+It!_~%now.'`*9",
      "x-~'`!%*_+.-: \u00e2\u0082\u00ac",
      'Content-Length: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => {
      expect(request.uri).toMatchObject({ user: "o'hara+1(2)$x&y=z,;?/!~*_.-", password: 'p&w=+$,', host: 'h-1.test' });
      expect(request.to?.display).toContain('nul \0 bell');
      expect(utf8Of(request.firstNamed("X-~'`!%*_+.-") ?? '')).toBe('\u20ac');
    },
  },
  {
    of: '3.1.1.3 esc01',
    it: 'keeps escapes in URIs as written and resolves them only to compare',
    text: lines(
      'INVITE sip:tel%3A1%40a%2eb@escape.test SIP/2.0',
      'Via: SIP/2.0/TCP escape.test;branch=z9hG4bKe1',
      'To: <sip:%75ser@escape.test>',
      'From: <sip:I%20have%20spaces@escape.test>;tag=e',
      'Call-ID: e1@escape.test',
      'CSeq: 1 INVITE',
      'Content-Length: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => {
      expect(request.uri?.user).toBe('tel%3A1%40a%2eb');
      expect(unescapeUser(request.uri?.user ?? '')).toBe('tel:1@a.b');
      expect(unescapeUser(request.fromUri?.user ?? '')).toBe('I have spaces');
    },
  },
  {
    of: '3.1.1.4 escnull',
    it: 'takes escaped NULs for octets like others, so that users differing in them differ',
    text: lines(
      'REGISTER sip:null.test SIP/2.0',
      'Via: SIP/2.0/UDP 203.0.113.3;branch=z9hG4bKn',
      'To: sip:a%00b@null.test',
      'From: sip:a%00b@null.test;tag=n',
      'Call-ID: n@null.test',
      'CSeq: 3 REGISTER',
      'Contact: <sip:%00@203.0.113.3>',
      'Contact: <sip:%00%00@203.0.113.3>',
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => {
      const users = request
        .list(Header.Contact)
        .map((contact) => parseUri(parseNameAddr(contact)?.uriText ?? '')?.user);
      expect(users.map((user) => unescapeUser(user ?? ''))).toEqual(['\0', '\0\0']);
      expect(unescapeUser(request.toUri?.user ?? '')).toBe('a\0b');
    },
  },
  {
    of: '3.1.1.5 esc02',
    it: 'never unescapes a method or a display name',
    text: lines(
      'REGIST%45R sip:registrar.test SIP/2.0',
      'Via: SIP/2.0/TCP 203.0.113.4;branch=z9hG4bKx',
      'To: "%41 b" <sip:resource@registrar.test>',
      'From: %41b <sip:resource@registrar.test>;tag=x',
      'Call-ID: x@registrar.test',
      'CSeq: 8 REGIST%45R',
      'Contact: <sip:alias@203.0.113.4>',
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => expect([request.method, request.from?.display]).toEqual(['REGIST%45R', '%41b']),
  },
  {
    of: '3.1.1.6 lwsdisp',
    it: 'needs no blank between display name and angle bracket',
    text: lines(
      'OPTIONS sip:u@glue.test SIP/2.0',
      'Via: SIP/2.0/UDP glue.test;branch=z9hG4bKl',
      'To: sip:u@glue.test',
      'From: helper<sip:helper@glue.test>;tag=l',
      'Call-ID: l@glue.test',
      'CSeq: 5 OPTIONS',
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => expect(request.from).toMatchObject({ display: 'helper', uriText: 'sip:helper@glue.test' }),
  },
  {
    of: '3.1.1.7 longreq',
    it: 'reads long tokens, long values and many Via values',
    text: lines(
      `INVITE sip:${'u'.repeat(300)}@long.test SIP/2.0`,
      `To: "${'long name '.repeat(60)}" <sip:${'u'.repeat(300)}@long.test>`,
      `From: <sip:f@long.test>;${'p'.repeat(200)}=${'v'.repeat(400)};tag=${'t'.repeat(500)}`,
      `Call-ID: ${'c'.repeat(600)}@long.test`,
      'CSeq: 1 INVITE',
      `Header-${'h'.repeat(300)}: ${'w '.repeat(900)}w`,
      ...manyVias.slice(0, 36).map((via) => `Via: ${via}`),
      `v: ${manyVias.slice(36).join(', ')}`,
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => {
      expect(request.list(Header.Via)).toEqual(manyVias);
      expect([request.fromTag?.length, request.callId?.length]).toEqual([500, 610]);
    },
  },
  {
    of: '3.1.1.8 dblreq',
    it: 'takes the first message of a datagram and nothing after its body',
    text:
      lines(
        'REGISTER sip:first.test SIP/2.0',
        'Via: SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKd',
        'To: sip:d@first.test',
        'From: sip:d@first.test;tag=d',
        'Call-ID: d@first.test',
        'CSeq: 2 REGISTER',
        'Content-Length: 0',
      ) + lines('', 'INVITE sip:second@other.test SIP/2.0', 'Content-Length: 0'),
    outcome: 'processed',
    inRequest: (request) => expect([request.body, request.text.includes('INVITE')]).toEqual(['', false]),
  },
  {
    of: '3.1.1.9 semiuri',
    it: 'leaves a semicolon before the at sign to the user',
    text: lines(
      'OPTIONS sip:room;seat=3%40left@hall.test SIP/2.0',
      'Via: SIP/2.0/UDP 203.0.113.6;branch=z9hG4bKs',
      'To: <sip:room;seat=3%40left@hall.test>',
      'From: sip:usher@hall.test;tag=s',
      'Call-ID: s@hall.test',
      'CSeq: 6 OPTIONS',
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) =>
      expect(request.uri).toMatchObject({ user: 'room;seat=3%40left', host: 'hall.test', params: '' }),
  },
  {
    of: '3.1.1.10 transports',
    it: 'accepts known and unknown transports in Via',
    text: lines(
      'OPTIONS sip:u@t.test SIP/2.0',
      'Via: SIP/2.0/SCTP a.t.test;branch=z9hG4bK1',
      'Via: SIP/2.0/PIGEON b.t.test;branch=z9hG4bK2',
      'Via: SIP/2.0/TLS c.t.test;branch=z9hG4bK3, SIP/2.0/UDP d.t.test',
      'To: <sip:u@t.test>',
      'From: <sip:v@t.test>;tag=t',
      'Call-ID: t@t.test',
      'CSeq: 9 OPTIONS',
      'l: 0',
    ),
    outcome: 'processed',
    inRequest: (request) => expect(request.topVia?.protocol).toBe('SCTP'),
  },
  {
    of: '3.1.1.11 mpart01',
    it: 'keeps a binary multipart body octet for octet',
    text:
      lines(
        'MESSAGE sip:u@mime.test SIP/2.0',
        'Via: SIP/2.0/TCP 203.0.113.7;branch=z9hG4bKm',
        'To: <sip:u@mime.test>',
        'From: <sip:v@mime.test>;tag=m',
        'Call-ID: m@mime.test',
        'CSeq: 1 MESSAGE',
        'Content-Type: multipart/mixed;boundary=cut',
        `Content-Length: ${binaryBody.length}`,
      ) + binaryBody,
    outcome: 'processed',
    inRequest: (request) => expect(request.body).toBe(binaryBody),
  },
  {
    of: '3.1.1.12 unreason',
    it: 'accepts UTF-8 in a reason phrase',
    text: lines(
      `SIP/2.0 200 = 2**3 * 5**2 ${latin1Of('\u0434\u0430 \u00df')}`,
      'Via: SIP/2.0/UDP 203.0.113.8;branch=z9hG4bKr',
      'To: <sip:u@r.test>;tag=2',
      'From: <sip:v@r.test>;tag=1',
      'Call-ID: r@r.test',
      'CSeq: 4 INVITE',
      'l: 0',
    ),
    outcome: 'processed',
    inResponse: (response) => expect(utf8Of(response.reason)).toBe('= 2**3 * 5**2 \u0434\u0430 \u00df'),
  },
  {
    of: '3.1.1.13 noreason',
    it: 'accepts an empty reason phrase',
    text: lines(
      'SIP/2.0 183 ',
      'Via: SIP/2.0/UDP 203.0.113.8;branch=z9hG4bKq',
      'To: <sip:u@r.test>;tag=2',
      'From: <sip:v@r.test>;tag=1',
      'Call-ID: q@r.test',
      'CSeq: 4 INVITE',
      'l: 0',
    ),
    outcome: 'processed',
    inResponse: (response) => expect([response.status, response.reason]).toEqual([183, '']),
  },
];
