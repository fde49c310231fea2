import { expect } from 'vitest';
import { isDigest, parseDigest } from '../../src/sip/digest.js';
import { Header } from '../../src/sip/header.js';
import { headerParam, parseNameAddr } from '../../src/sip/name-addr.js';
import { parseUri, uriParam } from '../../src/sip/uri.js';
import { type Case, lines } from './torture.js';

function request(startLine: string, ...more: string[]): string {
  const method = startLine.slice(0, startLine.indexOf(' '));
  return lines(
    startLine,
    'Via: SIP/2.0/UDP 203.0.113.30;branch=z9hG4bKsem',
    'From: <sip:u@sem.test>;tag=s',
    'To: <sip:v@sem.test>',
    'Call-ID: sem@203.0.113.30',
    `CSeq: 71 ${method}`,
    ...more,
    'Content-Length: 0',
  );
}

const contact = (value: string | undefined) => parseNameAddr(value ?? '');

export const cases: readonly Case[] = [
  {
    // Whether it is a transaction identifier is for the transaction layer to say.
    of: '3.2.1 badbranch',
    it: 'reads a branch that is nothing but the cookie',
    text: request('OPTIONS sip:v@sem.test SIP/2.0').replace('z9hG4bKsem', 'z9hG4bK'),
    outcome: 'processed',
    inRequest: (message) => expect(message.topVia?.branch).toBe('z9hG4bK'),
  },
  {
    of: '3.3.2 unkscm',
    it: 'answers 416 to an unknown scheme in the Request-URI',
    text: request('OPTIONS what:ever.it;means SIP/2.0'),
    outcome: 416,
  },
  {
    of: '3.3.3 novelsc',
    it: 'answers 416 to a scheme that is registered but not SIP',
    text: request('OPTIONS ftp://files.test/readme SIP/2.0'),
    outcome: 416,
  },
  {
    of: '3.3.4 unksm2',
    it: 'accepts unknown schemes in To, From and Contact',
    text: request('REGISTER sip:sem.test SIP/2.0', 'm: <what:ever>')
      .replace('<sip:u@sem.test>', '<what:from>')
      .replace('<sip:v@sem.test>', 'what:to'),
    outcome: 'processed',
    inRequest: (message) => expect([message.fromUri?.scheme, message.toUri?.user]).toEqual(['what', 'to']),
  },
  {
    of: '3.3.5 bext01',
    it: 'leaves Require and Proxy-Require with unknown tags to the proxy, as lists',
    text: request('OPTIONS sip:v@sem.test SIP/2.0', 'Require: strange1, strange2', 'Proxy-Require: odd1,odd2 , odd3'),
    outcome: 'processed',
    inRequest: (message) => expect(message.list(Header.ProxyRequire)).toEqual(['odd1', 'odd2', 'odd3']),
  },
  {
    of: '3.3.6 invut',
    it: 'does not care about the type of a body',
    text: request('INVITE sip:v@sem.test SIP/2.0', 'c: application/x-nobody-knows'),
    outcome: 'processed',
  },
  {
    of: '3.3.7 regaut01',
    it: 'takes an unknown authentication scheme for no Digest, and no fault',
    text: request('REGISTER sip:sem.test SIP/2.0', 'Authorization: Handshake firmness=high, fingers="5"'),
    outcome: 'processed',
    inRequest: (message) => {
      const value = message.first(Header.Authorization) ?? '';
      expect([isDigest(value), parseDigest(value)]).toEqual([false, undefined]);
    },
  },
  {
    // No rule of the parser: the proxy drops a response that belongs to no transaction and never looks at this Via.
    of: '3.3.10 bcast',
    it: 'reads a response whose second Via is a broadcast address',
    text: lines(
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP 203.0.113.30;branch=z9hG4bKb',
      'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKc',
      'From: <sip:u@sem.test>;tag=s',
      'To: <sip:v@sem.test>;tag=t',
      'Call-ID: b@sem.test',
      'CSeq: 1 INVITE',
      'l: 0',
    ),
    outcome: 'processed',
  },
  {
    of: '3.3.11 zeromf',
    it: 'leaves Max-Forwards to the proxy',
    text: request('OPTIONS sip:v@sem.test SIP/2.0', 'Max-Forwards: 0'),
    outcome: 'processed',
  },
  {
    of: '3.3.12 cparam01',
    it: 'gives a parameter of a Contact without angle brackets to the header',
    text: request('REGISTER sip:sem.test SIP/2.0', 'Contact: sip:+15550100@gw.test;odd'),
    outcome: 'processed',
    inRequest: (message) => {
      const address = contact(message.first(Header.Contact));
      expect([address?.uriText, headerParam(address?.params ?? '', 'odd')]).toEqual(['sip:+15550100@gw.test', '']);
    },
  },
  {
    of: '3.3.13 cparam02',
    it: 'gives a parameter within angle brackets to the URI',
    text: request('REGISTER sip:sem.test SIP/2.0', 'Contact: <sip:+15550100@gw.test;odd>'),
    outcome: 'processed',
    inRequest: (message) => {
      const address = contact(message.first(Header.Contact));
      const uri = parseUri(address?.uriText ?? '');
      expect([address?.params, uri && uriParam(uri, 'odd')]).toEqual(['', '']);
    },
  },
  {
    of: '3.3.14 regescrt',
    it: 'keeps an escaped Route inside a Contact as a part of its URI',
    text: request('REGISTER sip:sem.test SIP/2.0', 'Contact: <sip:u@gw.test?Route=%3Csip:via.test%3Blr%3E>'),
    outcome: 'processed',
    inRequest: (message) => {
      expect(parseUri(contact(message.first(Header.Contact))?.uriText ?? '')?.headers).toBe(
        'Route=%3Csip:via.test%3Blr%3E',
      );
      expect(message.count(Header.Route)).toBe(0);
    },
  },
  {
    of: '3.3.15 sdp01',
    it: 'does not care about Accept',
    text: request('INVITE sip:v@sem.test SIP/2.0', 'Accept: text/nobody-reads-this'),
    outcome: 'processed',
  },
  {
    of: '3.4.1 inv2543',
    it: 'reads a request of RFC 2543: no tags, no branch, no Max-Forwards, no Content-Length',
    text: `${lines(
      'INVITE sip:old@sem.test SIP/2.0',
      'Via: SIP/2.0/UDP 203.0.113.31',
      'From: sip:older@sem.test',
      'To: sip:old@sem.test',
      'Call-ID: 77@203.0.113.31',
      'CSeq: 3 INVITE',
      'Content-Type: application/sdp',
    )}v=0\r\n`,
    outcome: 'processed',
    inRequest: (message) => {
      expect([message.topVia?.branch, message.fromTag, message.body]).toEqual([undefined, undefined, 'v=0\r\n']);
    },
  },
];
