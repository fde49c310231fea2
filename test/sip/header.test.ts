import { describe, expect, it } from 'vitest';
import { Header, headerIdOf, headerNameOf, isSingle } from '../../src/sip/header.js';

const idOf = (name: string) => headerIdOf(name, 0, name.length);

describe('header names', () => {
  it('are found by their full name in any case (RFC 3261 7.3.1)', () => {
    expect(idOf('Max-Forwards')).toBe(Header.MaxForwards);
    expect(idOf('MAX-FORWARDS')).toBe(Header.MaxForwards);
    expect(idOf('cseq')).toBe(Header.CSeq);
  });

  it.each([
    ['a', Header.AcceptContact],
    ['b', Header.ReferredBy],
    ['c', Header.ContentType],
    ['d', Header.RequestDisposition],
    ['e', Header.ContentEncoding],
    ['f', Header.From],
    ['i', Header.CallId],
    ['j', Header.RejectContact],
    ['k', Header.Supported],
    ['l', Header.ContentLength],
    ['m', Header.Contact],
    ['o', Header.Event],
    ['r', Header.ReferTo],
    ['s', Header.Subject],
    ['t', Header.To],
    ['u', Header.AllowEvents],
    ['v', Header.Via],
    ['x', Header.SessionExpires],
    ['y', Header.Identity],
  ])('have the compact form %s (RFC 3261 7.3.3)', (compact, id) => {
    expect(idOf(compact)).toBe(id);
    expect(idOf(compact.toUpperCase())).toBe(id);
  });

  it('are given back as the standard spells them', () => {
    const all = Object.values(Header).filter((id) => id !== Header.Other);
    for (const id of all) expect(idOf(headerNameOf(id))).toBe(id);
    expect(headerNameOf(Header.CallId)).toBe('Call-ID');
    expect(headerNameOf(Header.Other)).toBe('');
  });

  it.each(['X-Custom', 'Vi', 'Viaa', '', '__proto__', 'constructor', 'To ', 'Fr\u00f6m', '\u0006rom'])(
    'are Other when unknown: %j',
    (name) => {
      expect(idOf(name)).toBe(Header.Other);
    },
  );

  it('are looked up inside a longer text', () => {
    expect(headerIdOf('xxCall-ID: 1', 2, 9)).toBe(Header.CallId);
  });

  it('know which of them may stand only once', () => {
    expect([Header.From, Header.CSeq, Header.ContentLength, Header.Expires].every(isSingle)).toBe(true);
    expect([Header.Via, Header.Contact, Header.Route, Header.Authorization, Header.Other].some(isSingle)).toBe(false);
  });
});
