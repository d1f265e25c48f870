import type { CaptureStatus } from './media/capture'
import type { LocalMediaState } from './media/localMedia'
import type { MediaControl, RemoteCamera, RemoteMicrophone } from './peer/control'
import type { SendingState } from './peer/encoding'
import { lowestStage, type Stage } from './quality/stage'
import type { CallQuality } from './snapshot'

/** Everything that has a say in how much video is sent. */
export interface VideoVotes {
  /** The person chose sound alone. */
  readonly audioOnly: boolean
  /** What the way out carries, by the quality machine. */
  readonly send: Stage
  /** What the way in carries. */
  readonly receive: Stage
  /** What the peer wants to receive at most. */
  readonly peerLimit: Stage
}

export const ALL_VIDEO: VideoVotes = { audioOnly: false, send: 'full', receive: 'full', peerLimit: 'full' }

/** What the camera may send: the most careful vote wins. */
export function cameraStage(votes: VideoVotes): Stage {
  return lowestStage(votes.audioOnly ? 'audio_only' : 'full', votes.send, votes.peerLimit)
}

export function sendingState(votes: VideoVotes, local: LocalMediaState, cameraHeight: number | null): SendingState {
  return {
    camera: cameraStage(votes),
    // Showing a screen is a wish of its own: the choice of sound alone concerns the faces.
    screen: lowestStage(votes.send, votes.peerLimit),
    sharing: local.sharing === 'on',
    cameraHeight,
  }
}

export function heldBackBy(votes: VideoVotes): CallQuality['heldBackBy'] {
  if (votes.audioOnly) return 'choice'
  const stage = cameraStage(votes)
  if (stage === 'full') return 'nobody'
  return votes.send === stage ? 'network' : 'peer'
}

/** What the peer is told of our media. */
export function mediaControl(votes: VideoVotes, local: LocalMediaState): MediaControl {
  return {
    type: 'media',
    microphone: toldMicrophone(local),
    camera: toldCamera(local.camera, cameraStage(votes)),
    sharing: local.sharing === 'on',
    limit: votes.audioOnly ? 'audio_only' : votes.receive,
  }
}

function toldMicrophone(local: LocalMediaState): RemoteMicrophone {
  if (local.microphone === 'interrupted' || local.microphone === 'failed') return 'lost'
  return local.microphone === 'on' && !local.muted ? 'on' : 'muted'
}

function toldCamera(status: CaptureStatus, stage: Stage): RemoteCamera {
  if (status === 'interrupted') return 'lost'
  if (status !== 'on') return 'off'
  return stage === 'audio_only' ? 'paused' : 'on'
}
