import type { CaptureStatus } from './media/capture'
import type { LocalMediaState } from './media/localMedia'
import type { HeldBackBy, MediaControl, RemoteCamera, RemoteMicrophone } from './peer/control'
import { isCameraPaused, type SendingState } from './peer/encoding'
import { lowestStage, type Stage } from './quality/stage'

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
  /** The peer's limit is the person's choice of sound alone, not the network's doing. */
  readonly peerChose: boolean
}

export const ALL_VIDEO: VideoVotes = { audioOnly: false, send: 'full', receive: 'full', peerLimit: 'full', peerChose: false }

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

/** People come before the network: what somebody chose is not blamed on it. */
export function heldBackBy(votes: VideoVotes): HeldBackBy {
  if (votes.audioOnly) return 'choice'
  const stage = cameraStage(votes)
  if (stage === 'full') return 'nobody'
  if (votes.peerChose) return 'peer_choice'
  return votes.send === stage ? 'network' : 'peer'
}

/** What the peer is told of our media. */
export function mediaControl(votes: VideoVotes, local: LocalMediaState): MediaControl {
  const sending = sendingState(votes, local, null)
  return {
    type: 'media',
    microphone: toldMicrophone(local),
    camera: toldCamera(local.camera, isCameraPaused(sending)),
    // A screen that does not go out is not shown: its last picture would pass for the present one.
    sharing: sending.sharing && sending.screen !== 'audio_only',
    heldBackBy: heldBackBy(votes),
    limit: votes.audioOnly ? 'audio_only' : votes.receive,
  }
}

function toldMicrophone(local: LocalMediaState): RemoteMicrophone {
  if (local.microphone === 'interrupted' || local.microphone === 'failed') return 'lost'
  return local.microphone === 'on' && !local.muted ? 'on' : 'muted'
}

function toldCamera(status: CaptureStatus, isPaused: boolean): RemoteCamera {
  if (status === 'interrupted') return 'lost'
  if (status !== 'on') return 'off'
  return isPaused ? 'paused' : 'on'
}
