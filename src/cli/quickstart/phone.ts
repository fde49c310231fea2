import { networkInterfaces } from 'node:os';

/** Where a phone finds the server. */
export interface PhoneServer {
  readonly server: string;
  readonly port: number;
  readonly transport: string;
}

/** The first listener that a phone can use, as `protocol:host:port`; of a wildcard this machine's own address is told. */
export function phoneServer(listeners: readonly string[]): PhoneServer | undefined {
  const [listener] = listeners;
  if (listener === undefined) return undefined;
  const transport = listener.slice(0, listener.indexOf(':'));
  const port = Number(listener.slice(listener.lastIndexOf(':') + 1));
  const host = listener.slice(transport.length + 1, listener.lastIndexOf(':'));
  return { server: isWildcard(host) ? ownAddress() : host, port, transport };
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]';
}

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
