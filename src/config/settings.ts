import { databaseUrl } from './database-url.js';
import { dnsServer } from './dns-server.js';
import { domainName } from './host.js';
import { bool, integer, type Kind, listOf, nonEmpty, oneOf } from './kind.js';
import { listenAddress } from './listen.js';
import { origin } from './origin.js';
import { type Defaults, defaultDatabase, defaultSocket } from './places.js';

export interface SettingOptions {
  /** The variables of a kamctlrc file that it can be made of. */
  readonly kamctlrc?: readonly string[];
}

export interface Setting<T> extends SettingOptions {
  readonly kind: Kind<T>;
  readonly fallback: (places: Defaults) => T;
  readonly description: string;
}

function setting<T>(
  kind: Kind<T>,
  fallback: NoInfer<T>,
  description: string,
  options: SettingOptions = {},
): Setting<T> {
  return { kind, fallback: () => fallback, description, ...options };
}

function placed<T>(
  kind: Kind<T>,
  fallback: (places: Defaults) => T,
  description: string,
  options: SettingOptions = {},
): Setting<T> {
  return { kind, fallback, description, ...options };
}

function unset<T>(kind: Kind<T>, description: string, options: SettingOptions = {}): Setting<T | undefined> {
  return { kind, fallback: () => undefined, description, ...options };
}

const seconds = (min: number) => integer(min, 2_147_483_647, 'seconds');
const milliseconds = integer(1, 2_147_483, 'milliseconds');
const count = integer(1, 2_147_483_647, 'count');
const method = nonEmpty('METHOD');
const pem = nonEmpty('file');

const DATABASE_VARIABLES = ['DBENGINE', 'DBHOST', 'DBPORT', 'DBNAME', 'DBRWUSER', 'DBRWPW', 'DB_PATH'];
const LISTEN = ['udp:0.0.0.0:5060', 'tcp:0.0.0.0:5060', 'udp:[::]:5060', 'tcp:[::]:5060'];

/**
 * Everything that can be set: type, default, description. The names of the flag, the variable and the key in a file
 * are computed from the key (names.ts).
 */
export const SETTINGS = {
  domain: unset(domainName, 'The realm, and the domain of users named without one', { kamctlrc: ['SIP_DOMAIN'] }),
  db: placed(databaseUrl, defaultDatabase, 'The database', { kamctlrc: DATABASE_VARIABLES }),
  socket: placed(nonEmpty('path'), defaultSocket, 'The control socket of the server'),
  listen: setting(listOf(listenAddress), LISTEN, 'Where the server listens'),
  advertise: unset(nonEmpty('host'), 'The address that others are told instead of the one listened on'),
  route: unset(nonEmpty('file'), 'A module with the route, instead of the one that is built in'),
  'tls.certificate': unset(
    listOf(pem),
    'PEM files of certificates with their chains, the first for who asks for no name',
  ),
  'tls.key': unset(listOf(pem), 'PEM files of their keys, in the same order; unset is in the same files'),
  'tls.ca': unset(pem, 'A PEM file of the authorities whose certificates are trusted; unset is those of Node'),
  'tls.verify-client': setting(bool, false, 'Demand a certificate of tls.ca from who connects by TLS or WSS'),
  'ws.origins': unset(listOf(origin), 'The origins that web pages may connect from; unset is any'),
  'rules.dir': setting(nonEmpty('directory'), '/etc/kamailio', 'Where rules.allow and rules.deny are'),
  'store-plaintext': setting(bool, false, 'Keep the clear text of new passwords too', {
    kamctlrc: ['STORE_PLAINTEXT_PW'],
  }),
  'auth.algorithms': setting(
    listOf(oneOf('SHA-512-256', 'SHA-256', 'MD5')),
    ['MD5'],
    'Digests offered; all but the weakest only while every subscriber has a hash for them',
  ),
  'auth.qop': setting(listOf(oneOf('auth', 'auth-int')), ['auth'], 'What a digest protects: auth-int is the body too'),
  'auth.nonce-expire': setting(seconds(1), 300, 'How long a challenge may be answered'),
  'auth.trusted-group': setting(count, 200, 'The address group whose calls need no password'),
  'auth.accept-foreign': setting(bool, false, 'Let callers of other domains reach our users without a password'),
  'permissions.methods': setting(listOf(method), ['INVITE'], 'The methods that the rules are applied to'),
  'registrar.default-expires': setting(seconds(1), 3600, 'How long a binding lasts that asks for no time'),
  'registrar.min-expires': setting(seconds(0), 60, 'The shortest time a binding may ask for'),
  'registrar.max-expires': setting(seconds(1), 3600, 'The longest time a binding gets'),
  'registrar.max-contacts': setting(count, 10, 'How many contacts an address of record may have'),
  'registrar.path': setting(
    oneOf('lazy', 'strict', 'off'),
    'lazy',
    'Path is returned to phones that support it (lazy), else refused (strict), or never (off)',
  ),
  'registrar.path-group': unset(count, 'The address group of the proxies that may add a Path; unset is everybody'),
  'registrar.outbound': setting(
    oneOf('supported', 'required', 'off'),
    'supported',
    'Whether phones may, must or can not register flows (RFC 5626)',
  ),
  'registrar.flow-timer': setting(seconds(0), 120, 'How often a phone is told to keep its connection alive; 0 is not'),
  'registrar.gruu': setting(bool, false, 'Give phones that support it a URI of their own (RFC 5627)'),
  'nat.ping-interval': setting(seconds(0), 0, 'How often a phone behind a NAT is sent a ping; 0 is never'),
  'nat.ping': setting(
    oneOf('options', 'crlf'),
    'options',
    'What it is sent over UDP; crlf is smaller and not answered',
  ),
  'nat.ping-misses': setting(count, 3, 'Unanswered pings in a row after which the binding is removed'),
  'nat.alias': setting(bool, true, "Name phones behind a NAT by where they came from, as Kamailio's set_contact_alias"),
  'proxy.fork': setting(
    oneOf('q', 'parallel'),
    'q',
    'Whether the contacts of a user ring in the order of their q, equals at once, or all at once',
  ),
  'proxy.recurse': setting(bool, false, 'Follow redirections (3xx) that the rules allow, instead of passing them on'),
  'proxy.max-breadth': setting(integer(1, 1000, 'count'), 60, 'RFC 5393 Max-Breadth, the branches a request may have'),
  'proxy.udp-size': setting(
    integer(0, 65_535, 'bytes'),
    1300,
    'The longest request sent by UDP when TCP is an alternative (RFC 3261 18.1.1); 0 is no limit',
  ),
  'location.durable': setting(bool, true, 'Answer a REGISTER only after its binding is committed'),
  'dns.servers': unset(listOf(dnsServer), 'The name servers to ask instead of those of the system'),
  'limits.message-size': setting(integer(512, 65_535, 'bytes'), 16_384, 'The longest request that is taken'),
  'limits.uri-size': setting(integer(64, 8192, 'bytes'), 512, 'The longest URI that is taken'),
  'limits.tcp-connections': setting(count, 2048, 'How many TCP connections are open at once'),
  'limits.transactions': setting(count, 250_000, 'How many transactions are held at once'),
  'timers.t1': setting(milliseconds, 500, 'RFC 3261 T1, the round-trip time estimate'),
  'timers.t2': setting(milliseconds, 4000, 'RFC 3261 T2, the longest retransmission interval'),
  'timers.t4': setting(milliseconds, 5000, 'RFC 3261 T4, the time a message stays in the network'),
  'timers.c': setting(seconds(1), 181, 'RFC 3261 timer C, how long an INVITE may stay without a final response'),
  'log.level': setting(oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'), 'info', 'How much is logged'),
  'log.format': setting(oneOf('auto', 'text', 'json'), 'auto', 'How it is logged: auto is text on a terminal'),
} as const;

export type SettingKey = keyof typeof SETTINGS;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
export type SettingValue<K extends SettingKey> = ValueOf<(typeof SETTINGS)[K]>;

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
