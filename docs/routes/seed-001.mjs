// "Kamailio call establishment permission rules". The default route of kamailio.cfg, with PERMISSIONS_AUTHORIZE before
// anything is relayed: the allow rules are asked, then the deny rules, and what no rule says is allowed.
//
//     sipctl rules add deny 'ALL : "^sip:the-boss@"'
//     sipctl rules add allow '"^sip:hr-.*@" : ALL'
//     sipctl serve --route seed-001.mjs

/** @type {import('sipctl/route').Route} */
export default function route(parts) {
  const { reqinit, keepalive, cancel, retransmission, withinDialog } = parts;
  const { authCheck, noOpenRelay, save, allowRouting, lookup, tRelay } = parts;

  // route[PERMISSIONS_AUTHORIZE] { if (!allow_routing()) { sl_send_reply("403", "Routing Not Allowed"); exit; } }
  const PERMISSIONS_AUTHORIZE = allowRouting();

  return [
    reqinit(),
    keepalive(),
    cancel(),
    retransmission(),
    withinDialog(),
    authCheck(),
    noOpenRelay(),
    save(),
    PERMISSIONS_AUTHORIZE, // "just before the request is relayed"
    lookup(),
    tRelay(),
  ];
}
