export interface Peer {
  package: string;
  proof: string;
  use: string;
}

export const PEERS: readonly Peer[];
export function commandPath(name: string): string | undefined;
export function missingPeers(): Peer[];
export function havePeers(...packages: readonly string[]): boolean;
