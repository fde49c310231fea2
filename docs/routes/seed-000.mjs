// "Kamailio 101, part 8: Security in Practice". A carrier in address group 200 calls without a password, everybody else
// proves to know one, and whoever is called must be registered:
//
//     sipctl subscriber add 61312341234
//     sipctl address add 200 10.0.1.102 32 5060 "Carrier IP address"
//     sipctl serve --route seed-000.mjs

/** @type {import('sipctl/route').Route} */
export default function route(parts) {
  const { reqinit, keepalive, cancel, retransmission, withinDialog } = parts;
  const { when, isMethod, isOurs, not, reply, sourceAddress, authCheck, save, lookup, tRelay } = parts;
  return [
    reqinit(), // route(REQINIT)
    keepalive(),
    cancel(),
    retransmission(),
    withinDialog(), // the tutorial leaves it out; without it no call could be ended

    when(
      isMethod('REGISTER'), //  if (method == "REGISTER") {
      authCheck(), //             if (!auth_check("$fd", "subscriber", "1")) { auth_challenge("$fd", "0"); exit; }
      save(), //                  save("location"); exit; }
    ),

    // The tutorial looks up whatever is asked for; we do not relay to other domains, not for a carrier either.
    when(not(isOurs()), reply(403, 'Not relaying')),

    when(
      isMethod('INVITE'), //    if (method == "INVITE") {
      sourceAddress(200), //      if (allow_source_address("200")) route(ONNETINVITE);
      authCheck(), //             else if (!auth_check(...)) { auth_challenge("$fd", "0"); exit; }
      lookup(), //                route[ONNETINVITE]: if (!lookup("location")) 404 User not Registered
      tRelay(), //                t_relay(); exit; }
    ),

    reply(405, 'Method Not Allowed'), // the tutorial knows no other method
  ];
}
