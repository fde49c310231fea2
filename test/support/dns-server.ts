import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

const TYPES = { A: 1, CNAME: 5, AAAA: 28, SRV: 33, NAPTR: 35 } as const;
const IN = 1;
const RESPONSE = 0x8580;
const TC = 0x0200;
const CODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;
/** Octets of a UDP answer, as in what Node offers; more goes by TCP. */
const UDP_SIZE = 1232;
const HEADER = 12;

export type RecordType = keyof typeof TYPES;

/** A name as labels when it holds what can not be written with dots. */
export type Name = string | readonly string[];

interface Stored {
  readonly type: RecordType;
  readonly ttl: number;
  readonly data: Buffer;
  /** Of a CNAME. */
  readonly alias: string;
}

/** `SILENCE` sends nothing, `TRUNCATED` says so by UDP and nothing by TCP; octets are the answer after its id. */
export type Trouble = keyof typeof CODES | 'SILENCE' | 'TRUNCATED' | Buffer;

interface Question {
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly octets: Buffer;
}

/** A name server on a loopback port, UDP and TCP, that says what a test tells it to, and counts what it is asked. */
export class DnsServer {
  /** `A sip.example.com`, in the order of arrival. */
  readonly asked: string[] = [];
  readonly #zone = new Map<string, Stored[]>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #connections = new Set<Socket>();

  private constructor(
    readonly port: number,
    readonly udp: UdpSocket,
    readonly tcp: Server,
  ) {
    udp.on('message', (packet, from) => {
      const answer = this.#answer(packet, 'udp');
      if (answer !== undefined) udp.send(answer, from.port, from.address);
    });
    tcp.on('connection', (connection) => this.#serve(connection));
  }

  static async open(): Promise<DnsServer> {
    for (;;) {
      const udp = createSocket('udp4').bind(0, '127.0.0.1');
      await once(udp, 'listening');
      const { port } = udp.address();
      const tcp = createServer();
      const opened = await new Promise<boolean>((resolve) => {
        tcp.once('error', () => resolve(false));
        tcp.listen(port, '127.0.0.1', () => resolve(true));
      });
      if (opened) return new DnsServer(port, udp, tcp);
      udp.close();
    }
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** How often a query of this type has come, of all types when none is given. */
  count(type?: RecordType): number {
    return type === undefined ? this.asked.length : this.asked.filter((query) => query.startsWith(`${type} `)).length;
  }

  a(name: string, addresses: readonly string[], ttl = 300): void {
    for (const address of addresses) this.#add('A', name, ttl, Buffer.from(address.split('.').map(Number)));
  }

  /** Addresses written with all eight groups, or with one `::`. */
  aaaa(name: string, addresses: readonly string[], ttl = 300): void {
    for (const address of addresses) this.#add('AAAA', name, ttl, ipv6(address));
  }

  cname(name: string, alias: string, ttl = 300): void {
    this.#add('CNAME', name, ttl, labels(alias), alias);
  }

  /** `[priority, weight, port, target]` each. */
  srv(name: string, ...records: readonly (readonly [number, number, number, Name])[]): void {
    for (const [priority, weight, port, target] of records) {
      this.#add('SRV', name, 300, Buffer.concat([words(priority, weight, port), labels(target)]));
    }
  }

  /** `[order, preference, flags, service, regexp, replacement]` each. */
  naptr(name: string, ...records: readonly (readonly [number, number, string, string, string, Name])[]): void {
    for (const [order, preference, flags, service, regexp, replacement] of records) {
      const texts = [flags, service, regexp].map(text);
      this.#add('NAPTR', name, 300, Buffer.concat([words(order, preference), ...texts, labels(replacement)]));
    }
  }

  /** What to do instead of answering queries of this type for this name, or for every name. */
  trouble(type: RecordType, name: string | undefined, trouble: Trouble): void {
    this.#troubles.set(`${type} ${name ?? '*'}`, trouble);
  }

  /** Forgets the zone and all troubles. */
  clear(): void {
    this.#troubles.clear();
    this.#zone.clear();
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    this.udp.close();
    this.tcp.close();
    await once(this.tcp, 'close');
  }

  #add(type: RecordType, name: string, ttl: number, data: Buffer, alias = ''): void {
    const records = this.#zone.get(name) ?? [];
    this.#zone.set(name, [...records, { type, ttl, data, alias }]);
  }

  #serve(connection: Socket): void {
    this.#connections.add(connection);
    connection.on('error', () => connection.destroy()).on('close', () => this.#connections.delete(connection));
    let received = Buffer.alloc(0);
    connection.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const answer = this.#answer(received.subarray(2, end), 'tcp');
        if (answer !== undefined) connection.write(Buffer.concat([words(answer.length), answer]));
        received = received.subarray(end);
      }
    });
  }

  #answer(packet: Buffer, transport: 'udp' | 'tcp'): Buffer | undefined {
    const question = readQuestion(packet);
    const type = Object.entries(TYPES).find(([, code]) => code === question.type)?.[0] as RecordType;
    // A query that is repeated by TCP is one query.
    if (transport === 'udp') this.asked.push(`${type} ${question.name}`);
    const trouble = this.#troubles.get(`${type} ${question.name}`) ?? this.#troubles.get(`${type} *`);
    if (trouble === 'SILENCE') return undefined;
    if (trouble === 'TRUNCATED') return transport === 'udp' ? answerOf(question, [], TC) : undefined;
    if (trouble === undefined) return this.#fromZone(question, type, transport);
    if (typeof trouble === 'string') return answerOf(question, [], CODES[trouble]);
    return Buffer.concat([words(question.id), trouble]);
  }

  #fromZone(question: Question, type: RecordType, transport: 'udp' | 'tcp'): Buffer {
    if (!this.#zone.has(question.name)) return answerOf(question, [], CODES.NXDOMAIN);
    const answer = answerOf(question, this.#chain(question.name, type), 0);
    const fits = transport === 'tcp' || answer.length <= UDP_SIZE;
    return fits ? answer : answerOf(question, [], TC);
  }

  /** The records of a name, after the aliases that lead to them; stops where aliases go in circles. */
  #chain(name: string, type: RecordType): Buffer[] {
    const answers: Buffer[] = [];
    const seen = new Set<string>();
    for (let owner = name; !seen.has(owner); ) {
      seen.add(owner);
      const records = this.#zone.get(owner) ?? [];
      const found = records.filter((record) => record.type === type || record.type === 'CNAME');
      answers.push(...found.map((record) => recordOf(owner, record)));
      owner = found.find((record) => record.type === 'CNAME')?.alias ?? owner;
    }
    return answers;
  }
}

function readQuestion(packet: Buffer): Question {
  let at = HEADER;
  const name: string[] = [];
  for (let length = packet.readUInt8(at); length > 0; length = packet.readUInt8(at)) {
    name.push(packet.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const octets = packet.subarray(HEADER, at + 5);
  return { id: packet.readUInt16BE(0), type: packet.readUInt16BE(at + 1), name: name.join('.'), octets };
}

function answerOf({ id, octets }: Question, records: readonly Buffer[], flags: number): Buffer {
  return Buffer.concat([words(id, RESPONSE | flags, 1, records.length, 0, 0), octets, ...records]);
}

function recordOf(name: string, { type, ttl, data }: Stored): Buffer {
  return Buffer.concat([labels(name), words(TYPES[type], IN, ttl >>> 16, ttl & 0xffff, data.length), data]);
}

function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) octets.writeUInt16BE(value, i * 2);
  return octets;
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
}

function labels(name: Name): Buffer {
  const parts = typeof name === 'string' ? name.split('.').filter((label) => label !== '') : name;
  return Buffer.concat([...parts.map(text), Buffer.from([0])]);
}

function ipv6(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<string>(8 - first.length - last.length).fill('0');
  return words(...[...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16)));
}
