import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What the standards demand of a proxy, and the test that holds it: section -> [file below test/, name of the test]. */
const MAP: Readonly<Record<string, readonly (readonly [file: string, test: string])[]>> = {
  'RFC 3261 8.2.6.1': [
    ['proxy/calls', 'gets 100 Trying without a To tag and goes to where the callee registered (RFC 3261 16.2, 17.2.1)'],
  ],
  'RFC 3261 9.1': [
    ['proxy/rfc3261/cancel', 'goes to a branch only after a provisional response (9.1)'],
    ['proxy/rfc3261/cancel', 'does not go to a branch whose final response came first (9.1)'],
    ['proxy/rfc3261/cancel', 'has what the INVITE of its branch had, and nothing that it must not have (9.1)'],
    ['proxy/rfc3261/cancel', 'ends the INVITE with a 487 of ours when the callee says no more (9.1)'],
    ['proxy/rfc3261/cancel', 'lets a 200 that crossed it pass (9.1, 16.7 step 5)'],
  ],
  'RFC 3261 9.2': [
    ['proxy/rfc3261/cancel', 'is answered with 200 at once, with the To tag of what we answer to the INVITE (9.2)'],
    ['proxy/rfc3261/cancel', 'has no effect on an INVITE that has its final response (9.2)'],
    ['proxy/rfc3261/cancel', 'of a request that is no INVITE is answered with 200 and does nothing (9.2)'],
    ['proxy/rfc3261/cancel', 'that belongs to nothing is answered with 481, and never forwarded (9.2)'],
    ['transaction/server', 'finds the request other than INVITE that a CANCEL is for (RFC 3261 9.2)'],
  ],
  'RFC 3261 13.3.1': [
    ['proxy/rfc3261/responses', 'of an INVITE with Expires end it when that time is over (13.3.1, 20.19)'],
  ],
  'RFC 3261 16.3': [
    ['proxy/rfc3261/validation', 'passes methods, headers and parameters that it does not know (16.3 step 1)'],
    ['proxy/rfc3261/validation', 'answers 416 before it counts hops (16.3 steps 2 and 3)'],
    ['proxy/rfc3261/validation', 'answers 483 before it looks at Proxy-Require (16.3 steps 3 and 5)'],
    [
      'proxy/rfc3261/validation',
      'answers 482 to a request that comes back unchanged, before it looks at Proxy-Require (16.3 steps 4 and 5)',
    ],
    ['proxy/rfc3261/validation', 'lets a spiral pass: one that comes back with another Request-URI (16.3 step 4)'],
    [
      'proxy/rfc3261/validation',
      'answers 420 with exactly the extensions that it lacks, but not to ACK and CANCEL (16.3 step 5)',
    ],
    ['proxy/rfc3261/validation', 'asks for a password only what has passed the other checks (16.3 step 6)'],
    ['proxy/rfc3261/dialogs', 'ACK that goes in a circle is dropped without an answer (16.3 step 4)'],
    ['proxy/request-checks', 'never answers an ACK, however wrong'],
  ],
  'RFC 3261 16.4': [
    [
      'proxy/rfc3261/route-information',
      'takes the Request-URI back from the end of Route when a strict router has put ours there (16.4)',
    ],
    ['proxy/rfc3261/route-information', 'leaves out a maddr that is %s (16.4)'],
    [
      'proxy/rfc3261/route-information',
      'leaves out the port and the transport beside a maddr that is ours, when it came by them (16.4)',
    ],
    ['proxy/calls', 'keeps the routes of those behind us'],
  ],
  'RFC 3261 16.5': [
    ['proxy/rfc3261/targets', 'has a URI once, however it is written (16.5)'],
    ['proxy/rfc3261/targets', 'of a domain that is not ours is the Request-URI (16.5)'],
    [
      'proxy/rfc3261/targets',
      'a request for nobody who is registered is answered 404, and not forwarded (RFC 3261 16.5)',
    ],
  ],
  'RFC 3261 16.6': [
    ['proxy/rfc3261/targets', 'leaves out headers and the method of a URI, and nothing else (16.6 step 2)'],
    ['proxy/rfc3261/targets', 'tries contacts of the same q at once, and the others when these have refused'],
    ['proxy/rfc3261/validation', 'takes one hop off Max-Forwards, and writes 70 where there is none (16.6 step 3)'],
    ['proxy/calls', 'adds Max-Forwards 70 when there is none (RFC 3261 16.6 step 3)'],
    ['proxy/calls', 'passes headers and body that it does not know octet for octet'],
    ['proxy/calls', 'rings every contact at the same time, each with a branch of its own (RFC 3261 16.6)'],
    ['proxy/rfc3261/dialogs', 'is written into %s, above those of others'],
    ['proxy/rfc3261/dialogs', 'is not written into %s'],
    ['proxy/rfc3261/route-information', 'finds itself in the Request-URI and the target at the end of Route'],
    [
      'proxy/rfc3261/responses',
      'after provisional responses end with CANCEL when timer C fires, over 3 minutes (16.6 step 11, 16.8)',
    ],
  ],
  'RFC 3261 16.7': [
    ['proxy/rfc3261/responses', 'reset timer C, but 100 does not (16.7 step 2)'],
    ['proxy/rfc3261/responses', 'lose our Via and nothing else (16.7 step 3)'],
    ['proxy/rfc3261/targets', 'is followed by a setting, in the order of q, and no URI twice'],
    ['proxy/rfc3261/responses', 'other than 100 pass at once, 100 never (16.7 step 5)'],
    ['proxy/rfc3261/responses', 'that come after the final response are dropped (16.7 step 5)'],
    [
      'proxy/rfc3261/responses',
      'to INVITE pass from every branch, and each time they are repeated (16.7 step 5, RFC 6026 7.2)',
    ],
    ['proxy/rfc3261/responses', 'to INVITE pass even after another final response (16.7 step 5)'],
    ['proxy/rfc3261/responses', 'to anything else pass once (16.7 step 5)'],
    [
      'proxy/rfc3261/responses',
      'waits for all branches, also when a 6xx came, whose others are cancelled (16.7 step 5)',
    ],
    ['proxy/rfc3261/targets', 'does not go on after a 6xx (16.7 step 5)'],
    ['proxy/rfc3261/responses', 'is %s'],
    ['proxy/calls', 'chooses between %i and %i the answer %i (RFC 3261 16.7 step 6)'],
    ['proxy/rfc3261/responses', 'has the challenges of all 401 and 407 (16.7 step 7)'],
    [
      'proxy/rfc3261/responses',
      'keeps the To tag of its branch; one that is made here has its own, always the same (16.7 step 9)',
    ],
    ['proxy/calls', 'cancels the others when one answers, and says why (RFC 3261 16.7 step 10, RFC 3326)'],
  ],
  'RFC 3261 16.8': [['proxy/rfc3261/responses', 'counts a branch that never answered as 408 (16.7, 16.8)']],
  'RFC 3261 16.9': [['proxy/rfc3261/responses', 'count as 503, which is answered with 500 (16.9)']],
  'RFC 3261 16.10': [
    ['proxy/rfc3261/cancel', 'ends the INVITE with the 487 of the callee (16.10)'],
    ['proxy/rfc3261/cancel', 'ends the INVITE at once when the name of the next hop is still being resolved (16.10)'],
    ['proxy/rfc3261/targets', 'does not go on after CANCEL (16.10)'],
  ],
  'RFC 3261 16.11': [
    ['proxy/rfc3261/dialogs', 'ACK of a 2xx passes without a state, with the same branch each time (16.11)'],
  ],
  'RFC 3261 16.12': [['proxy/rfc3261/dialogs', 'go to the Request-URI when no Route is left']],
  'RFC 3261 17.1.1': [
    [
      'transaction/client-invite',
      'retransmits the INVITE after T1, doubling without the cap of T2 (RFC 3261 17.1.1.2, timer A)',
    ],
    ['transaction/client-invite', 'sends no ACK for a 2xx (RFC 3261 17.1.1.2)'],
    [
      'proxy/rfc3261/responses',
      'other than 2xx is acknowledged here, and the ACK of the caller goes no further (17.1.1.3, 17.2.1)',
    ],
    ['proxy/rfc3261/responses', 'without a provisional response end the call with 408 when timer B fires (17.1.1.2)'],
  ],
  'RFC 3261 17.1.2': [
    [
      'transaction/client-non-invite',
      'retransmits the request after T1, doubling up to T2 (RFC 3261 17.1.2.2, timer E)',
    ],
  ],
  'RFC 3261 17.1.3': [
    ['transaction/client', 'gives a response to the transaction with its branch and CSeq method (RFC 3261 17.1.3)'],
  ],
  'RFC 3261 17.2.1': [
    ['transaction/server-invite', 'repeats a final response after T1, doubling up to T2 (RFC 3261 17.2.1, timer G)'],
    ['proxy/rfc3261/responses', 'other than 2xx is repeated until the caller has acknowledged it, over UDP (17.2.1)'],
  ],
  'RFC 3261 17.2.2': [
    ['proxy/rfc3261/responses', 'get the last response again when repeated, and the callee does not (17.2.2)'],
  ],
  'RFC 3261 17.2.3': [['transaction/server', 'finds a copy by branch, sent-by and method (RFC 3261 17.2.3)']],
  'RFC 3261 18.1.1': [
    ['proxy/rfc3261/dialogs', 'go by TCP instead of UDP, with a Via that says so'],
    ['proxy/rfc3261/dialogs', 'go by UDP after all when the connection is refused'],
    ['proxy/rfc3261/dialogs', 'are those of more than 1300 octets as they are sent'],
  ],
  'RFC 3261 18.1.2': [['proxy/rfc3261/responses', 'that belong to nothing are dropped (RFC 6026 7.2, 18.1.2)']],
  'RFC 3261 18.2.1': [['sip/message', 'shows in the top Via from then on (RFC 3261 18.2.1, RFC 3581)']],
  'RFC 3261 22.1': [['proxy/rfc3261/cancel', 'is asked for no password (22.1)']],
  'RFC 3261 26.2.2': [
    ['proxy/rfc3261/dialogs', 'is record-routed with sips'],
    ['proxy/rfc3261/dialogs', 'is never sent in the clear: 480 (RFC 5630 5.3)'],
  ],
  'RFC 3263 4.3': [
    ['proxy/rfc3261/responses', 'are followed by the next server, with another branch (RFC 3263 4.3)'],
    ['proxy/rfc3261/responses', 'and 503 are followed by the next server too (RFC 3263 4.3)'],
  ],
  'RFC 3326': [
    [
      'proxy/rfc3261/cancel',
      'hands on the Reason of the caller, and gives one of its own to the branches that lost (RFC 3326)',
    ],
  ],
  'RFC 3327 5.3': [['proxy/rfc3261/route-information', 'in a Path that is loose stays in Route (RFC 3327 5.3)']],
  'RFC 3581 4': [
    ['transport/udp', 'replies to the source from the socket that the request came to (RFC 3581 4)'],
    ['proxy/request-checks', 'answers to where a request came from, not to where it says (security R6)'],
  ],
  'RFC 4320 4.1': [
    ['proxy/rfc3261/responses', 'get no provisional response, ours or that of others (4.1)'],
    ['transaction/server-non-invite', 'sends no provisional response other than 100 (RFC 4320 4.1)'],
  ],
  'RFC 4320 4.2': [
    ['proxy/rfc3261/responses', 'get no 408, ours or that of others (4.2)'],
    ['proxy/rfc3261/responses', 'get no final response that comes too late (4.2)'],
  ],
  'RFC 5393 4.2': [
    [
      'proxy/rfc3261/validation',
      'answers 482 to a loop through other proxies that put their Via on top (RFC 5393 4.2)',
    ],
  ],
  'RFC 5393 5.3': [
    ['proxy/rfc3261/validation', 'is 60 in a request that has none, and never more'],
    ['proxy/rfc3261/validation', 'is shared between the branches of a parallel search'],
    ['proxy/rfc3261/validation', 'is whole in each group of a sequential search'],
    ['proxy/rfc3261/validation', 'is answered with 440 when it is not enough for the branches'],
  ],
  'RFC 5626 5.3': [
    ['proxy/rfc3261/targets', 'get the request one at a time, the newest first'],
    ['proxy/rfc3261/targets', 'are followed by the next when one answers %i'],
    ['proxy/rfc3261/targets', 'go over the connection that the phone has opened, and over no other'],
  ],
  'RFC 5658 3.3': [
    [
      'proxy/rfc3261/dialogs',
      'is doubled when the request leaves by another transport, outbound on top (RFC 5658 3.3)',
    ],
    ['proxy/rfc3261/dialogs', 'is doubled when the request leaves by another address family (RFC 5658 3.3)'],
    ['proxy/rfc3261/dialogs', 'is doubled between UDP and %s'],
  ],
  'RFC 5658 5': [
    ['proxy/rfc3261/dialogs', 'leads what comes back out by the interface that it names (RFC 5658 5)'],
    ['proxy/calls', 'is record-routed twice, outbound on top, and both are removed on the way back (RFC 5658)'],
  ],
  'RFC 6026 7.1': [
    [
      'proxy/rfc3261/responses',
      'leave the INVITE in Accepted: repeated, it is absorbed without an answer (RFC 6026 7.1)',
    ],
    ['transaction/server', 'gives the ACK of a 2xx to nobody, even with the branch of the INVITE (RFC 6026 7.1)'],
  ],
};

const texts = new Map<string, string>();

function testsIn(file: string): string {
  const text = texts.get(file) ?? readFileSync(fileURLToPath(new URL(`../${file}.test.ts`, import.meta.url)), 'utf8');
  texts.set(file, text);
  return text;
}

/** `it('name', ...` and `it.each(...)('name', ...`, with either kind of quote. */
function hasTest(text: string, name: string): boolean {
  return [`('${name}',`, `(\n    '${name}',`, `(\n  '${name}',`].some((written) => text.includes(written));
}

describe('each rule for a proxy has a test', () => {
  it.each(Object.entries(MAP))('%s', (_section, tests) => {
    expect(tests.filter(([file, name]) => !hasTest(testsIn(file), name))).toEqual([]);
  });

  it('and the search for them finds none that is not there', () => {
    expect(hasTest(testsIn('proxy/rfc3261/cancel'), 'is answered with 200')).toBe(false);
    expect(hasTest(testsIn('proxy/rfc3261/cancel'), 'is asked for no password (22.1)')).toBe(true);
  });
});
