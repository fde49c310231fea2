import { deepEqual, equal, ok } from 'node:assert/strict';
import { buildAck, buildCancel, buildResponse } from '../../../../src/sip/build.js';
import { Edit } from '../../../../src/sip/edit.js';
import { Header, type HeaderId } from '../../../../src/sip/header.js';
import { SipRequest, SipResponse } from '../../../../src/sip/message.js';
import { checkRequest, checkResponse } from '../../../../src/sip/sanity.js';
import { type Field, fieldsOf, parsedWhole, viasOf } from './message.js';

const OWN_VIA = 'SIP/2.0/TCP [2001:db8::1];branch=z9hG4bKown';
const NEXT = 'sip:next@192.0.2.9;transport=tcp';
const TAG = 'own-tag';
/** Ours come on top of what a message may have at most. */
const ROOM = 10;

/** Does with an accepted request what the proxy does, and answers what was sent to the next hop. */
export function forwarded(request: SipRequest): SipRequest | undefined {
  request.stampVia('2001:db8::7', 5062);
  equal(request.topVia?.received, '2001:db8::7');
  equal(request.topVia?.rport, '5062');
  if (request.headerCount > 200 - ROOM) return undefined;
  const edit = new Edit(request).requestUri(NEXT).prepend('Via', OWN_VIA).removeFirstElement(Header.Route);
  const copy = parsedWhole(edit.append('X-Added', '1').contentLengthIfMissing().toString());
  ok(copy instanceof SipRequest);
  equal(checkRequest(copy), undefined, 'what was accepted is acceptable when forwarded');
  equal(copy.requestUri, NEXT);
  equal(copy.method, request.method);
  equal(copy.body, request.body);
  deepEqual(viasOf(copy), [OWN_VIA, ...viasOf(request)]);
  deepEqual(copy.list(Header.Route), request.list(Header.Route).slice(1));
  deepEqual(others(copy), others(request));
  return copy;
}

/** All fields that forwarding does not touch. */
function others(message: SipRequest): Field[] {
  const touched: readonly HeaderId[] = [Header.Via, Header.Route, Header.ContentLength];
  return fieldsOf(message).filter(([name], i) => !touched.includes(message.id(i)) && name !== 'X-Added');
}

/** Responses of ours to an accepted request are good, go back the way it came, and are passed on by the next hop. */
export function answered(request: SipRequest): void {
  const headers = [['Retry-After', '5']] as const;
  for (const status of [100, 180, 200, 503]) {
    const text = buildResponse(request, status, 'Own reason', { toTag: TAG, headers, body: 'abc', contentType: 'a/b' });
    const response = parsedWhole(text);
    ok(response instanceof SipResponse);
    equal(checkResponse(response), true);
    deepEqual([response.status, response.reason, response.body], [status, 'Own reason', 'abc']);
    deepEqual(viasOf(response), viasOf(request));
    for (const id of [Header.From, Header.CallId, Header.CSeq]) equal(response.first(id), request.first(id));
    equal(response.toTag, request.toTag ?? (status === 100 ? undefined : TAG));
    passedOn(response);
  }
}

/** A response loses its top Via and nothing else. */
export function passedOn(response: SipResponse): SipResponse {
  const copy = parsedWhole(new Edit(response).removeFirstElement(Header.Via).toString());
  ok(copy instanceof SipResponse);
  deepEqual(copy.list(Header.Via), response.list(Header.Via).slice(1));
  const isNoVia = (message: SipResponse) => fieldsOf(message).filter((_, i) => message.id(i) !== Header.Via);
  deepEqual(isNoVia(copy), isNoVia(response));
  equal(copy.body, response.body);
  return copy;
}

/** CANCEL and ACK of the branch have its top Via only, and the From, Call-ID and CSeq number of its request. */
export function ended(sent: SipRequest): void {
  const response = parsedWhole(buildResponse(sent, 486, 'Busy Here', { toTag: TAG }));
  ok(response instanceof SipResponse);
  for (const [method, text] of [
    ['CANCEL', buildCancel(sent, ['SIP;cause=200'])],
    ['ACK', buildAck(sent, response)],
  ] as const) {
    const request = parsedWhole(text);
    ok(request instanceof SipRequest);
    equal(checkRequest(request), undefined);
    equal(request.method, method);
    equal(request.requestUri, sent.requestUri);
    deepEqual(viasOf(request), [OWN_VIA]);
    deepEqual(request.cseq, { number: sent.cseq?.number, method });
    for (const id of [Header.From, Header.CallId]) equal(request.first(id), sent.first(id));
    deepEqual(request.list(Header.Route), sent.list(Header.Route));
    equal(request.toTag, method === 'ACK' ? response.toTag : sent.toTag);
  }
}
