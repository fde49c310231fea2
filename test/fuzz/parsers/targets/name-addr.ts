import { deepEqual, equal, ok } from 'node:assert/strict';
import { headerParam, type NameAddr, parseNameAddr, splitList } from '../../../../src/sip/name-addr.js';
import { afterFirstElement, countParam } from '../../../../src/sip/params.js';
import { headerValue } from '../checks/text.js';

/** The value of a Contact, From, Route or the like: one name-addr or a list of them. */
export function fuzz(data: Buffer): void {
  const value = headerValue(data);
  const elements = splitList(value);
  listHolds(value, elements);
  for (const text of [value, ...elements]) {
    const address = parseNameAddr(text);
    if (address !== undefined) addressHolds(text, address);
  }
}

function listHolds(value: string, elements: readonly string[]): void {
  for (const element of elements) {
    ok(value.includes(element) && /^[^ \t].*$/s.test(element) && !/[ \t]$/.test(element));
    deepEqual(splitList(element), [element], 'an element is not cut again');
  }
  deepEqual(splitList(elements.join(', ')), elements);
  deepEqual(splitList(afterFirstElement(value)), elements.slice(1));
}

function addressHolds(text: string, address: NameAddr): void {
  const { display, uriText, params } = address;
  equal(splitList(text).length, 1, 'a list is not taken for one address');
  ok(uriText !== '' && text.includes(uriText) && !/[<>]/.test(uriText));
  ok(text.replace(/[ \t]+$/, '').endsWith(params));
  const quoted = display.replace(/["\\]/g, '\\$&');
  deepEqual(parseNameAddr(`"${quoted}" <${uriText}>${params}`), address, 'written in full it is the same address');
  for (const name of ['tag', 'q', 'expires', 'TAG']) {
    equal(headerParam(params, name) === undefined, countParam(params, name) === 0);
  }
  equal(
    countParam(`${params};tag=x`, 'tag'),
    countParam(params, 'tag') + 1,
    'the parameters can be followed by another',
  );
}
