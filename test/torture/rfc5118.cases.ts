import { expect } from 'vitest';
import { Header } from '../../src/sip/header.js';
import { parseNameAddr } from '../../src/sip/name-addr.js';
import { hostKey, parseUri } from '../../src/sip/uri.js';
import { parseVia } from '../../src/sip/via.js';
import { type Case, lines } from './torture.js';

interface Changes {
  readonly uri?: string;
  readonly via?: readonly string[];
  readonly contact?: string;
  readonly body?: string;
}

function options({ uri = 'sip:six.test', via, contact, body = '' }: Changes): string {
  const head = lines(
    `OPTIONS ${uri} SIP/2.0`,
    ...(via ?? ['SIP/2.0/UDP [2001:db8:1::9]:5060;branch=z9hG4bKsix']).map((element) => `Via: ${element}`),
    'From: <sip:u@six.test>;tag=6',
    'To: <sip:v@six.test>',
    'Call-ID: six@[2001:db8:1::9]',
    'CSeq: 6 OPTIONS',
    ...(contact === undefined ? [] : [`Contact: ${contact}`]),
    `Content-Length: ${body.length}`,
  );
  return head + body;
}

const MIXED_SDP = 'v=0\r\nc=IN IP4 203.0.113.40\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8:1::9\r\n';

export const cases: readonly Case[] = [
  {
    of: '4.1 ipv6-good',
    it: 'reads IPv6 references in Request-URI, Via and Contact',
    text: options({ uri: 'sip:u@[2001:db8:1::a]', contact: '"Me" <sip:u@[2001:db8:1::9]:5062;transport=udp>' }),
    outcome: 'processed',
    inRequest: (request) => {
      expect(request.uri?.host).toBe('[2001:db8:1::a]');
      expect(request.topVia).toMatchObject({ host: '[2001:db8:1::9]', port: 5060 });
      const contact = parseUri(parseNameAddr(request.first(Header.Contact) ?? '')?.uriText ?? '');
      expect(contact).toMatchObject({ host: '[2001:db8:1::9]', port: 5062, params: ';transport=udp' });
    },
  },
  {
    of: '4.2 ipv6-bad',
    it: 'refuses an IPv6 address without brackets in the Request-URI',
    text: options({ uri: 'sip:2001:db8:1::a' }),
    outcome: 400,
  },
  {
    of: '4.3 port-ambiguous',
    it: 'takes what stands inside the brackets for the address, also when it looks like a port',
    text: options({ uri: 'sip:[2001:db8:1::a:5080]' }),
    outcome: 'processed',
    inRequest: (request) => expect(request.uri).toMatchObject({ host: '[2001:db8:1::a:5080]', port: undefined }),
  },
  {
    of: '4.4 port-unambiguous',
    it: 'takes what stands after the brackets for the port',
    text: options({ uri: 'sip:[2001:db8:1::a]:5080' }),
    outcome: 'processed',
    inRequest: (request) => expect(request.uri).toMatchObject({ host: '[2001:db8:1::a]', port: 5080 }),
  },
  {
    of: '4.5 via-received-param-no-delim',
    it: 'accepts an IPv6 address in received without brackets',
    text: options({ via: ['SIP/2.0/UDP [2001:db8:1::9];received=2001:db8:1::99;branch=z9hG4bK1'] }),
    outcome: 'processed',
    inRequest: (request) => {
      expect(hostKey(request.topVia?.received ?? '')).toBe('2001:db8:1::99');
      request.stampVia('2001:db8:1::77', 5061);
      expect(request.topViaText).toMatch(/;received=2001:db8:1::77$/);
    },
  },
  {
    of: '4.5 via-received-param-with-delim',
    it: 'accepts it with brackets too',
    text: options({ via: ['SIP/2.0/UDP [2001:db8:1::9];received=[2001:db8:1::99];branch=z9hG4bK1'] }),
    outcome: 'processed',
    inRequest: (request) => expect(hostKey(request.topVia?.received ?? '')).toBe('2001:db8:1::99'),
  },
  {
    of: '4.6 ipv6-in-sdp',
    it: 'passes a body with IPv6 addresses',
    text: options({ body: 'v=0\r\no=- 1 1 IN IP6 2001:db8:1::9\r\nc=IN IP6 2001:db8:1::9\r\n' }),
    outcome: 'processed',
  },
  {
    of: '4.7 mult-ip-in-header',
    it: 'reads a Via chain of both address families',
    text: options({
      via: [
        'SIP/2.0/UDP [2001:db8:1::9]:5060;branch=z9hG4bK1;received=2001:db8:1::99',
        'SIP/2.0/TCP 203.0.113.41;branch=z9hG4bK2, SIP/2.0/UDP [2001:db8:2::1];branch=z9hG4bK3',
      ],
    }),
    outcome: 'processed',
    inRequest: (request) =>
      expect(request.list(Header.Via).map((element) => parseVia(element)?.host)).toEqual([
        '[2001:db8:1::9]',
        '203.0.113.41',
        '[2001:db8:2::1]',
      ]),
  },
  {
    of: '4.8 mult-ip-in-sdp',
    it: 'passes a body of both address families',
    text: options({ body: MIXED_SDP }),
    outcome: 'processed',
    inRequest: (request) => expect(request.body).toBe(MIXED_SDP),
  },
  {
    of: '4.9 ipv4-mapped-ipv6',
    it: 'compares an IPv4-mapped address as the IPv4 address',
    text: options({ uri: 'sip:u@[::FFFF:203.0.113.42]', contact: '<sip:u@[::ffff:cb00:712a]>' }),
    outcome: 'processed',
    inRequest: (request) => {
      expect(hostKey(request.uri?.host ?? '')).toBe('203.0.113.42');
      const contact = parseUri(parseNameAddr(request.first(Header.Contact) ?? '')?.uriText ?? '');
      expect(hostKey(contact?.host ?? '')).toBe('203.0.113.42');
    },
  },
  {
    of: '4.10 ipv6-bug-abnf-3-colons',
    it: 'accepts three colons before an embedded IPv4 address, which an old grammar produced',
    text: options({ uri: 'sip:u@[2001:db8:::203.0.113.43]' }),
    outcome: 'processed',
    inRequest: (request) => expect(hostKey(request.uri?.host ?? '')).toBe('2001:db8::cb00:712b'),
  },
  {
    of: '4.10 ipv6-correct-abnf-2-colons',
    it: 'accepts two colons before an embedded IPv4 address',
    text: options({ uri: 'sip:u@[2001:db8::203.0.113.43]' }),
    outcome: 'processed',
    inRequest: (request) => expect(hostKey(request.uri?.host ?? '')).toBe('2001:db8::cb00:712b'),
  },
];
