import { SDP } from './web-phone.js';

interface Description {
  type: string;
  sdp: string;
}

/** As much of a browser's RTCPeerConnection as JsSIP uses; it describes a session and carries no media. */
class CannedPeerConnection extends EventTarget {
  readonly iceGatheringState = 'complete';
  readonly iceConnectionState = 'connected';
  signalingState = 'stable';
  localDescription: Description | undefined;
  remoteDescription: Description | undefined;

  async createOffer(): Promise<Description> {
    return { type: 'offer', sdp: SDP };
  }

  async createAnswer(): Promise<Description> {
    if (this.remoteDescription === undefined) throw new Error('nothing was offered');
    return { type: 'answer', sdp: SDP };
  }

  async setLocalDescription(description: Description): Promise<void> {
    this.localDescription = description;
    this.#signal(description, 'have-local-offer');
  }

  async setRemoteDescription(description: Description): Promise<void> {
    if (!description.sdp.startsWith('v=0')) throw new Error('no session description');
    this.remoteDescription = description;
    this.#signal(description, 'have-remote-offer');
  }

  #signal({ type }: Description, offered: string): void {
    this.signalingState = type === 'offer' ? offered : 'stable';
  }

  getSenders(): readonly object[] {
    return [];
  }

  close(): void {
    this.signalingState = 'closed';
  }
}

class CannedSessionDescription implements Description {
  readonly type: string;
  readonly sdp: string;

  constructor({ type, sdp }: Description) {
    this.type = type;
    this.sdp = sdp;
  }
}

/** A stream without a track. */
export const NO_MEDIA = { getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] };

/** Makes the global object look like a browser's to JsSIP. */
export function installWebRtc(): void {
  const browser = { RTCPeerConnection: CannedPeerConnection, RTCSessionDescription: CannedSessionDescription };
  Object.assign(globalThis, browser, { window: globalThis });
}
