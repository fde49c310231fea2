import type { Registered, RegisterOrigin } from '../../registrar/registrar.js';
import type { Refusal } from '../../registrar/registration.js';
import { reasonPhrase } from '../../sip/build.js';
import type { SipRequest } from '../../sip/message.js';
import { addressOfRecord, type Local } from '../local.js';
import type { ProxyRequest } from '../request.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface RegistrarService {
  save(message: SipRequest, aor: string, origin: RegisterOrigin): Promise<Registered | Refusal>;
}

export interface RegistrarNeeds {
  readonly local: Local;
  readonly registrar: RegistrarService;
  /** Told of each registration that was carried out. */
  registered(request: ProxyRequest, aor: string, result: Registered): void;
  /** Told of each that was refused. */
  rejected(request: ProxyRequest, aor: string, refusal: Refusal): void;
}

/** The width of the column `username`. */
const LONGEST_USER = 64;

/** REGISTRAR of kamailio.cfg: `save("location")`, answered when the bindings are durable (RFC 3261 10.3). */
export function registrar(need: RegistrarNeeds): Step {
  return {
    name: 'registrar',
    run(request) {
      if (request.method !== 'REGISTER' || !need.local.isOurs(request.uri)) return CONTINUE;
      const to = request.message.toUri;
      const aor = to !== undefined && need.local.isOurUser(to) ? addressOfRecord(to, need.local) : undefined;
      if (aor === undefined) return refuse(request, { status: 400, text: 'No username in To URI' });
      const unusable = unusableUser(aor.slice(0, aor.lastIndexOf('@')));
      if (unusable !== undefined) return refuse(request, unusable);
      // From here on the phone's retransmissions meet this transaction while the bindings are being written.
      request.stateful();
      return save(request, aor, need);
    },
  };
}

async function save(request: ProxyRequest, aor: string, need: RegistrarNeeds): Promise<typeof EXIT> {
  const result = await need.registrar.save(request.message, aor, request.source);
  if ('text' in result) {
    need.rejected(request, aor, result);
    return refuse(request, result);
  }
  need.registered(request, aor, result);
  request.reply(200, 'OK', { headers: result.headers });
  return EXIT;
}

function refuse(request: ProxyRequest, refusal: Refusal): typeof EXIT {
  request.reply(refusal.status, reasonPhrase(refusal.status), {
    headers: [...(refusal.headers ?? []), ['P-Registrar-Error', refusal.text]],
    because: refusal.text,
  });
  return EXIT;
}

/** A name with a control character in it, escaped in the URI, is nobody's (security P13: `%00`). */
function unusableUser(user: string): Refusal | undefined {
  for (let i = 0; i < user.length; i++) {
    const code = user.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return { status: 400, text: 'Error while unescaping username' };
  }
  return user.length > LONGEST_USER ? { status: 500, text: 'Address Of Record too long' } : undefined;
}
