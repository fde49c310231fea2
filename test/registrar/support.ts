import type { Binding, BindingChanges, Flow } from '../../src/registrar/binding.js';
import { Gruus } from '../../src/registrar/gruu.js';
import { type BindingEvent, Locations } from '../../src/registrar/locations.js';
import { type RegisterOrigin, Registrar } from '../../src/registrar/registrar.js';
import type { RegistrarSettings } from '../../src/registrar/settings.js';
import { SipRequest } from '../../src/sip/message.js';
import { parseMessage } from '../../src/sip/parse.js';
import { VirtualClock } from '../../src/util/clock.js';

export const AOR = 'alice@test.example';
export const A = 'sip:alice@198.51.100.1:5060';
export const B = 'sip:alice@198.51.100.1:5070';

export const SETTINGS: RegistrarSettings = {
  defaultExpires: 3600,
  minExpires: 60,
  maxExpires: 7200,
  maxContacts: 3,
  path: 'lazy',
  outbound: 'supported',
  flowTimer: 120,
  gruu: false,
};

export const ORIGIN: RegisterOrigin = {
  protocol: 'udp',
  address: '198.51.100.1',
  port: 5060,
  listener: { name: 'udp:192.0.2.1:5060' },
};

/** A phone's connection that the test closes. */
export class TestFlow implements Flow {
  closed = false;

  constructor(readonly id: number) {}
}

export function streamOrigin(flow: Flow, protocol = 'tcp'): RegisterOrigin {
  return {
    ...ORIGIN,
    protocol,
    port: 40_000 + flow.id,
    listener: { name: `${protocol}:192.0.2.1:5060` },
    connection: flow,
  };
}

export interface SetUp {
  readonly settings?: Partial<RegistrarSettings>;
  readonly apply?: (changes: BindingChanges) => Promise<void>;
  readonly mayAddPath?: (origin: RegisterOrigin) => boolean;
}

export interface Sending {
  readonly callId?: string;
  readonly number?: number;
  readonly origin?: RegisterOrigin;
  /** Values of Via, top first. */
  readonly vias?: readonly string[];
}

/** A registrar on a clock and a store of the test's. */
export function setUp({ settings, apply = async () => undefined, mayAddPath = () => true }: SetUp = {}) {
  const clock = new VirtualClock();
  const happened: [BindingEvent, Binding][] = [];
  const locations = new Locations({
    store: { apply },
    clock,
    durable: true,
    writeFailed: () => undefined,
    happened: (event, binding) => void happened.push([event, binding]),
  });
  const gruus = new Gruus('test.example', 'secret');
  const isOwn = ({ host }: { host: string }) => host === '192.0.2.1' || host === 'test.example';
  const registrar = new Registrar({
    locations,
    clock,
    settings: { ...SETTINGS, ...settings },
    isOwn,
    mayAddPath,
    gruus,
  });
  let cseq = 0;
  /** Registers with header lines; answers status and what is bound afterwards. */
  const register = async (lines: readonly string[], sending: Sending = {}) => {
    const { callId = 'c1', number = ++cseq, origin = ORIGIN } = sending;
    const result = await registrar.save(
      registerRequest(lines, { callId, cseq: number, vias: sending.vias }),
      AOR,
      origin,
    );
    return {
      result,
      status: result.status,
      contacts: locations.lookup(AOR).map(({ contact }) => contact),
      /** The value of a header field of the answer. */
      header: (name: string) => result.headers?.find(([given]) => given === name)?.[1],
    };
  };
  return { clock, locations, registrar, register, gruus, events: () => happened.map(([event]) => event) };
}

const DIRECT = ['SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1'];

export interface RegisterParts {
  readonly callId?: string;
  readonly cseq?: number;
  /** Values of Via, top first. */
  readonly vias?: readonly string[] | undefined;
  /** The URI in To. */
  readonly to?: string;
}

export function registerRequest(lines: readonly string[], parts: RegisterParts = {}): SipRequest {
  const { callId = 'c1', cseq = 1, vias = DIRECT, to = `sip:${AOR}` } = parts;
  const head = [
    'REGISTER sip:test.example SIP/2.0',
    ...vias.map((via) => `Via: ${via}`),
    `From: <sip:${AOR}>;tag=1`,
    `To: <${to}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
  ];
  const message = parseMessage(`${[...head, ...lines, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`);
  if (!(message instanceof SipRequest)) throw new Error('the test wrote a request that is none');
  return message;
}
