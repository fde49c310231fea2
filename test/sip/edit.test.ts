import { describe, expect, it } from 'vitest';
import { Edit } from '../../src/sip/edit.js';
import { Header } from '../../src/sip/header.js';
import { messageText, requestOf, responseOf } from './messages.js';

const LINES = [
  'INVITE sip:bob@proxy.test SIP/2.0',
  'v: SIP/2.0/UDP a;branch=z9hG4bKa, SIP/2.0/UDP b',
  'Via: SIP/2.0/UDP c',
  'Route: <sip:one,1@h;lr>, <sip:two@h;lr>',
  'Route: <sip:three@h;lr>',
  'X-Odd:   spaced   out',
  'Max-Forwards: 70',
  'Content-Length: 4',
];
const text = messageText(LINES, 'body');
const edit = () => new Edit(requestOf(text));
const lines = (e: Edit) => e.toString().split('\r\n').slice(0, -2);
const at = (name: number) => LINES[name] as string;

describe('an edit', () => {
  it('copies octet for octet what it is not told to change', () => {
    expect(edit().toString()).toBe(text);
  });

  it('replaces the Request-URI', () => {
    expect(edit().requestUri('sip:b@192.0.2.1').toString()).toBe(text.replace('sip:bob@proxy.test', 'sip:b@192.0.2.1'));
  });

  it('puts the last prepended line on top', () => {
    expect(lines(edit().prepend('A', '1').prepend('B', '2')).slice(0, 4)).toEqual([at(0), 'B: 2', 'A: 1', at(1)]);
  });

  it('inserts before a header, in the order of the calls', () => {
    const e = edit().before(2, 'A', '1').before(2, 'B', '2');
    expect(lines(e).slice(2, 7)).toEqual([at(2), 'A: 1', 'B: 2', at(3), at(4)]);
  });

  it('appends after the last header', () => {
    const e = edit().append('A', '1').append('B', '2');
    expect(e.toString().endsWith('Content-Length: 4\r\nA: 1\r\nB: 2\r\n\r\nbody')).toBe(true);
  });

  it('replaces a value and keeps the name as written', () => {
    expect(lines(edit().value(0, 'x'))[1]).toBe('v: x');
    expect(lines(edit().value(4, 'tight'))[5]).toBe('X-Odd:   tight');
  });

  it('removes a line', () => {
    const e = edit().remove(0).remove(6).remove(3);
    expect(lines(e)).toEqual([at(0), at(2), at(3), at(5), at(6)]);
  });

  it('inserts before a line that it removes or changes', () => {
    const e = edit().before(4, 'A', '1').remove(4).before(5, 'B', '2').value(5, '69');
    expect(lines(e).slice(4, 8)).toEqual([at(4), 'A: 1', 'B: 2', 'Max-Forwards: 69']);
  });

  it('removes the first element, then the next, over lines', () => {
    const e = edit();
    expect(lines(e.removeFirstElement(Header.Route))[3]).toBe('Route: <sip:two@h;lr>');
    expect(lines(e.removeFirstElement(Header.Route))[3]).toBe('Route: <sip:three@h;lr>');
    expect(e.removeFirstElement(Header.Route).removeFirstElement(Header.Route).toString()).not.toContain('Route');
  });

  it.each(['', ',', ' , ,'])(
    'removes the first route and not the empty line %j above it, which would leave our own route on top',
    (empty) => {
      const withEmpty = requestOf(messageText([...LINES.slice(0, 3), `Route: ${empty}`, ...LINES.slice(3)], 'body'));
      const e = new Edit(withEmpty).removeFirstElement(Header.Route);
      expect(lines(e).filter((line) => line.startsWith('Route'))).toEqual([
        'Route: <sip:two@h;lr>',
        'Route: <sip:three@h;lr>',
      ]);
    },
  );

  it('removes all lines of a header field that holds no element', () => {
    const request = requestOf(messageText([...LINES.slice(0, 3), 'Route:', 'Route: ,']));
    expect(new Edit(request).removeFirstElement(Header.Route).toString()).not.toContain('Route');
  });

  it('replaces the first Via element and leaves those after it', () => {
    expect(lines(edit().topVia('SIP/2.0/TCP x'))[1]).toBe('v: SIP/2.0/TCP x, SIP/2.0/UDP b');
    const response = responseOf(messageText(['SIP/2.0 200 OK', 'Via: SIP/2.0/UDP a']));
    expect(new Edit(response).removeFirstElement(Header.Via).topVia('x').toString()).not.toContain('Via');
  });

  it('replaces the Via that became the first', () => {
    expect(lines(edit().removeFirstElement(Header.Via).topVia('SIP/2.0/TCP x'))[1]).toBe('v: SIP/2.0/TCP x');
  });

  it('writes the top Via of a stamped request with its stamp', () => {
    const request = requestOf(text);
    request.stampVia('192.0.2.9', 40000);
    expect(lines(new Edit(request))[1]).toBe(
      'v: SIP/2.0/UDP a;branch=z9hG4bKa;rport=40000;received=192.0.2.9, SIP/2.0/UDP b',
    );
  });

  it('adds Content-Length only where it is missing (RFC 3261 18.3)', () => {
    expect(edit().contentLengthIfMissing().toString()).toBe(text);
    const without = 'INFO sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n12345';
    expect(new Edit(requestOf(without)).contentLengthIfMissing().toString()).toBe(
      'INFO sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nContent-Length: 5\r\n\r\n12345',
    );
  });

  it('does everything at once', () => {
    const e = edit()
      .requestUri('sip:n@h')
      .prepend('Via', 'mine')
      .removeFirstElement(Header.Route)
      .value(5, '69')
      .append('Z', 'z');
    expect(e.toString()).toBe(
      messageText(
        [
          'INVITE sip:n@h SIP/2.0',
          'Via: mine',
          at(1),
          at(2),
          'Route: <sip:two@h;lr>',
          at(4),
          at(5),
          'Max-Forwards: 69',
          at(7),
          'Z: z',
        ],
        'body',
      ),
    );
  });

  it('refuses CR and LF wherever text comes from outside', () => {
    for (const evil of ['a\r\nX: y', 'a\nb', 'a\rb']) {
      expect(() => edit().requestUri(evil)).toThrow(RangeError);
      expect(() => edit().prepend('A', evil)).toThrow(RangeError);
      expect(() => edit().prepend(evil, 'a')).toThrow(RangeError);
      expect(() => edit().append('A', evil)).toThrow(RangeError);
      expect(() => edit().before(0, 'A', evil)).toThrow(RangeError);
      expect(() => edit().value(0, evil)).toThrow(RangeError);
      expect(() => edit().topVia(evil)).toThrow(RangeError);
    }
  });
});
