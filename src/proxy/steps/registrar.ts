import type { Binding } from '../../registrar/binding.js';
import type { Registered, RegisterOrigin } from '../../registrar/registrar.js';
import type { Refusal } from '../../registrar/registration.js';
import { reasonPhrase } from '../../sip/build.js';
import type { SipRequest } from '../../sip/message.js';
import { addressOfRecord, type Local } from '../local.js';
import type { ProxyRequest } from '../request.js';
import { CONTINUE, EXIT, type Step } from '../step.js';

export interface RegistrarService {
  save(message: SipRequest, aor: string, origin: RegisterOrigin): Promise<Registered | Refusal>;
  remaining(binding: Binding): number;
}

export interface RegistrarNeeds {
  readonly local: Local;
  readonly registrar: RegistrarService;
  /** Told of each registration that was carried out. */
  registered(request: ProxyRequest, aor: string, result: Registered): void;
}

/** REGISTRAR of kamailio.cfg: `save("location")`, answered when the bindings are durable (RFC 3261 10.3). */
export function registrar(need: RegistrarNeeds): Step {
  return {
    name: 'registrar',
    run(request) {
      if (request.method !== 'REGISTER' || !need.local.isOurs(request.uri)) return CONTINUE;
      const to = request.message.toUri;
      const aor = to !== undefined && need.local.isOurUser(to) ? addressOfRecord(to, need.local) : undefined;
      if (aor === undefined) return refuse(request, { status: 400, text: 'No username in To URI' });
      // From here on the phone's retransmissions meet this transaction while the bindings are being written.
      request.stateful();
      return save(request, aor, need);
    },
  };
}

async function save(request: ProxyRequest, aor: string, need: RegistrarNeeds): Promise<typeof EXIT> {
  const result = await need.registrar.save(request.message, aor, request.source);
  if ('text' in result) return refuse(request, result);
  need.registered(request, aor, result);
  request.reply(200, 'OK', { headers: contactsOf(result.bindings, need.registrar) });
  return EXIT;
}

function refuse(request: ProxyRequest, refusal: Refusal): typeof EXIT {
  request.reply(refusal.status, reasonPhrase(refusal.status), {
    headers: [...(refusal.headers ?? []), ['P-Registrar-Error', refusal.text]],
    because: refusal.text,
  });
  return EXIT;
}

/** One Contact header with every binding, in order. */
function contactsOf(bindings: readonly Binding[], registrarOf: RegistrarService): [string, string][] {
  if (bindings.length === 0) return [];
  return [['Contact', bindings.map((binding) => contactOf(binding, registrarOf.remaining(binding))).join(', ')]];
}

function contactOf(binding: Binding, seconds: number): string {
  const q = binding.q < 0 ? '' : `;q=${binding.q}`;
  const received = binding.received === undefined ? '' : `;received="${binding.received}"`;
  const instance = binding.instance === undefined ? '' : `;+sip.instance="<${binding.instance}>"`;
  const regId = binding.regId === 0 ? '' : `;reg-id=${binding.regId}`;
  return `<${binding.contact}>${q};expires=${seconds}${received}${instance}${regId}`;
}
