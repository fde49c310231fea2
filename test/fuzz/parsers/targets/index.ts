import { fuzz as digest } from './digest.js';
import { fuzz as framing } from './framing.js';
import { fuzz as message } from './message.js';
import { fuzz as nameAddr } from './name-addr.js';
import { fuzz as pattern } from './pattern.js';
import { fuzz as rule } from './rule.js';
import { fuzz as uri } from './uri.js';
import { fuzz as via } from './via.js';

export interface Target {
  readonly fuzz: (input: Buffer) => void;
  /** Octets of the longest input that is tried. */
  readonly maxLength: number;
  /**
   * Edges of the program that an input of this length may run through, as often as it likes: a parser of what comes from
   * the network is linear (security: P16, P17). The largest expression that a rule may hold costs more by intention.
   */
  maxSteps(length: number): number;
}

const linear = (length: number) => 50_000 + 3_000 * length;
const expression = () => 50_000_000;

/** What is fuzzed, by the name of its file and of its corpus. */
export const TARGETS: Readonly<Record<string, Target>> = {
  digest: { fuzz: digest, maxLength: 400, maxSteps: linear },
  framing: { fuzz: framing, maxLength: 1500, maxSteps: linear },
  message: { fuzz: message, maxLength: 1500, maxSteps: linear },
  'name-addr': { fuzz: nameAddr, maxLength: 400, maxSteps: linear },
  pattern: { fuzz: pattern, maxLength: 300, maxSteps: expression },
  rule: { fuzz: rule, maxLength: 400, maxSteps: expression },
  uri: { fuzz: uri, maxLength: 400, maxSteps: linear },
  via: { fuzz: via, maxLength: 400, maxSteps: linear },
};
