// "Kamailio Bytes: Permissions Module". Nobody gets in but from address groups 200 and 250; the rest of the route is as
// everywhere.
//
//     sipctl address add 250 10.8.203.139 32 5060 TestServer
//     sipctl address add 200 192.168.1.0 24 5060 OfficeSubnet
//     sipctl serve --route seed-002.mjs

/** @type {import('sipctl/route').Route} */
export default function route(parts) {
  const { reqinit, keepalive, cancel, retransmission, withinDialog } = parts;
  const { when, not, log, reply, allowSourceAddress } = parts;
  const { authCheck, noOpenRelay, save, lookup, tRelay } = parts;
  return [
    reqinit(),
    when(allowSourceAddress(200), log('Coming from address group 200')),
    when(allowSourceAddress(250), log('Coming from address group 250')),
    // A 401 has a challenge in it (RFC 3261 22.2), and this one has none: 403 is the better word, 401 is the seed's.
    when(not(allowSourceAddress(200, 250)), reply(401, 'Address not authorised')), // never to an ACK

    keepalive(),
    cancel(),
    retransmission(),
    withinDialog(),
    authCheck(),
    noOpenRelay(),
    save(),
    lookup(),
    tRelay(),
  ];
}
