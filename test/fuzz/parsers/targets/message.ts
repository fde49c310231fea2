import { deepEqual, equal, ok } from 'node:assert/strict';
import { buildResponse } from '../../../../src/sip/build.js';
import { type SipMessage, SipRequest, SipResponse } from '../../../../src/sip/message.js';
import { countParam } from '../../../../src/sip/params.js';
import { type Malformed, parseMessage } from '../../../../src/sip/parse.js';
import { checkRequest, checkResponse, type Refusal } from '../../../../src/sip/sanity.js';
import { answered, ended, forwarded, passedOn } from '../checks/forwarding.js';
import { fieldsOf, linesAreWhole, parsedWhole, partsHold, placesHold, readsTheSame } from '../checks/message.js';
import { noLineEnd } from '../checks/text.js';

/** A datagram. */
export function fuzz(data: Buffer): void {
  const message = parseMessage(data.toString('latin1'));
  if ('malformed' in message) malformedHolds(message);
  else wholeHolds(message);
}

function malformedHolds({ reason, request }: Malformed): void {
  noLineEnd(reason);
  if (request === undefined) return;
  ok(request.method !== 'ACK' && request.topVia !== undefined, 'only what can be answered is given');
  placesHold(request);
  partsHold(request);
  refusalIsWritten(request, { status: 400, reason });
}

function wholeHolds(message: SipRequest | SipResponse): void {
  placesHold(message);
  linesAreWhole(message);
  partsHold(message);
  readsTheSame(message);
  if (message instanceof SipRequest) requestHolds(message);
  else if (checkResponse(message)) {
    mandatoryFieldsHold(message);
    passedOn(message);
  }
}

function requestHolds(request: SipRequest): void {
  const refusal = checkRequest(request);
  if (refusal !== undefined) {
    refusalIsWritten(request, refusal);
    return;
  }
  mandatoryFieldsHold(request);
  equal(request.cseq?.method, request.method);
  ok(request.uri !== undefined && /^[^\0- \x7f]+$/.test(request.requestUri));
  const sent = forwarded(request);
  answered(request);
  if (sent !== undefined) ended(sent);
}

/** What one reader takes from the first such field and another one from the last is there once (security: P4). */
function mandatoryFieldsHold(message: SipMessage): void {
  const names = fieldsOf(message).map(([name]) => name.toLowerCase());
  for (const [name, compact] of [
    ['from', 'f'],
    ['to', 't'],
    ['call-id', 'i'],
    ['cseq', undefined],
  ]) {
    equal(names.filter((other) => other === name || other === compact).length, 1, `${name} is there once`);
  }
  ok(names.filter((name) => name === 'content-length' || name === 'l').length <= 1);
  ok(message.fromUri !== undefined && message.toUri !== undefined && message.topVia !== undefined);
  ok(message.cseq !== undefined && message.cseq.number <= 0xffff_ffff && message.callId !== undefined);
  equal(message.declaredLength ?? message.body.length, message.body.length);
}

/** Even the refusal of a request full of faults is a response with the request's top Via and none of its line ends. */
function refusalIsWritten(request: SipRequest, { status, reason }: Refusal): void {
  noLineEnd(reason);
  ok(status === 0 || (status >= 400 && status < 600));
  if (status === 0) return;
  const response = parsedWhole(buildResponse(request, status, reason, { toTag: 'own-tag' }));
  ok(response instanceof SipResponse);
  deepEqual([response.status, response.reason, response.body], [status, reason, '']);
  deepEqual(response.topVia, request.topVia);
  if (response.to !== undefined) ok(countParam(response.to.params, 'tag') <= Math.max(1, tagsOf(request)));
}

function tagsOf(request: SipRequest): number {
  return request.toTag === undefined ? 0 : countParam(request.to?.params ?? '', 'tag');
}
