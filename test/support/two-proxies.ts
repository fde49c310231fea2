import { expect } from 'vitest';
import { IncomingCall, OutgoingCall } from './call.js';
import type { Phone } from './phone.js';
import { elementsOf, headersOf, hostPortOf, type SipText, uriOf } from './sip-text.js';

/** The ports of the proxies that stay in the dialog, the last one first. */
export function recordRoutes(message: SipText): number[] {
  const ports = elementsOf(message, 'Record-Route').map((element) => hostPortOf(uriOf(element)).port);
  return ports.filter((port, i) => port !== ports[i - 1]);
}

/** The ports of the proxies that a request has passed, the last one first. */
export function passed(request: SipText): number[] {
  return headersOf(request, 'Via')
    .flatMap((value) => value.split(','))
    .slice(0, -1)
    .map((via) => Number(/:(\d+)/.exec(via)?.[1]));
}

export interface Ends {
  outgoing: OutgoingCall;
  incoming: IncomingCall;
}

/** Brings a call about, with a ring and an answer. */
export async function answered(caller: Phone, callee: Phone, uri: string): Promise<Ends> {
  const outgoing = await new OutgoingCall(caller, uri).sendAuthenticated();
  const incoming = await IncomingCall.at(callee);
  incoming.ring();
  await outgoing.response(180);
  incoming.answer();
  await outgoing.established();
  await incoming.acknowledged();
  return { outgoing, incoming };
}

/** A call that rings and is cancelled. */
export async function cancelled(caller: Phone, callee: Phone, uri: string): Promise<void> {
  const outgoing = await new OutgoingCall(caller, uri).sendAuthenticated();
  const incoming = await IncomingCall.at(callee);
  incoming.ring();
  await outgoing.response(180);
  expect((await outgoing.cancel()).status).toBe(200);
  callee.reply(await callee.request('CANCEL'), 200, 'OK');
  incoming.refuse(487, 'Request Terminated');
  expect((await outgoing.final()).status).toBe(487);
  await incoming.acknowledged();
}
