import { deepEqual, equal, ok } from 'node:assert/strict';
import { countParam, headerParam, splitList } from '../../../../src/sip/params.js';
import { parseVia, stampedVia, type Via } from '../../../../src/sip/via.js';
import { headerValue } from '../checks/text.js';

const ADDRESS = '2001:db8::7';
const PORT = 5062;

/** The value of a Via: one element or several. */
export function fuzz(data: Buffer): void {
  const value = headerValue(data);
  for (const element of [value, ...splitList(value)]) {
    const via = parseVia(element);
    if (via === undefined) continue;
    viaHolds(element, via);
    stampHolds(element, via);
  }
}

function viaHolds(element: string, via: Via): void {
  const port = via.port === undefined ? '' : `:${via.port}`;
  equal(splitList(element).length, 1, 'two elements are not taken for one');
  deepEqual(parseVia(`SIP/2.0/${via.protocol} ${via.host}${port}${via.params}`), via);
  for (const name of ['branch', 'received', 'rport', 'maddr'] as const) equal(via[name], headerParam(via.params, name));
  ok(/^\[[0-9a-f:.]+\]$|^[\w.-]+$/i.test(via.host), 'a host is a name or an address');
}

/** What the client wrote into received and rport is gone, and everything else is as it was. */
function stampHolds(element: string, via: Via): void {
  const stamped = stampedVia(element, via.params, ADDRESS, PORT);
  const again = parseVia(stamped);
  ok(again !== undefined);
  const { params, ...parts } = again;
  const { params: before, ...expected } = { ...via, received: ADDRESS, rport: String(PORT) };
  deepEqual(parts, expected);
  equal(countParam(params, 'received'), 1);
  equal(countParam(params, 'rport'), 1);
  equal(countParam(params, 'branch'), countParam(before, 'branch'));
  equal(stampedVia(stamped, params, ADDRESS, PORT), stamped, 'a second stamp changes nothing');
  equal(splitList(stamped).length, 1);
}
