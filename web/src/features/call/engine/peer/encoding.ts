import type { MediaKind, Platform } from '../platform'
import type { Stage } from '../quality/stage'

/** Ceiling of the camera picture; 720p in good quality, and what a weak flat's uplink still carries. */
export const VIDEO_MAX_BPS = 1_400_000
export const VIDEO_START_KBPS = 400
/** Speech in Opus is transparent from about 32 kbit/s; the rest is room for error correction. */
export const AUDIO_MAX_BPS = 40_000

export interface VideoEncoding {
  readonly active: boolean
  readonly maxBitrate: number
  readonly maxFramerate: number
  readonly scaleResolutionDownBy: number
}

export interface VideoPlan {
  readonly camera: VideoEncoding
  readonly screen: VideoEncoding
}

export interface SendingState {
  /** What the camera may send. */
  readonly camera: Stage
  /** What a shared screen may send. */
  readonly screen: Stage
  readonly sharing: boolean
  /** Height of the captured camera picture in pixels, as far as known. */
  readonly cameraHeight: number | null
}

const PAUSED: VideoEncoding = { active: false, maxBitrate: 100_000, maxFramerate: 5, scaleResolutionDownBy: 4 }
const SCREEN_FULL: VideoEncoding = { active: true, maxBitrate: 1_100_000, maxFramerate: 15, scaleResolutionDownBy: 1 }
// Text must stay legible: fewer frames instead of fewer pixels.
const SCREEN_REDUCED: VideoEncoding = { active: true, maxBitrate: 350_000, maxFramerate: 5, scaleResolutionDownBy: 1 }

/** Encoder settings for a stage: pure. A shared screen comes before the face, sound before both. */
export function videoPlan(state: SendingState): VideoPlan {
  return { camera: cameraEncoding(state), screen: screenEncoding(state) }
}

/** Whether nothing of the camera goes out: for the sound, or for a shared screen on a poor way. */
export function isCameraPaused({ camera, screen, sharing }: Omit<SendingState, 'cameraHeight'>): boolean {
  return camera === 'audio_only' || (sharing && screen !== 'full')
}

function cameraEncoding(state: SendingState): VideoEncoding {
  if (isCameraPaused(state)) return PAUSED
  const small: VideoEncoding = {
    active: true,
    maxBitrate: state.sharing ? 250_000 : 350_000,
    maxFramerate: 15,
    scaleResolutionDownBy: Math.max(1, (state.cameraHeight ?? 720) / 360),
  }
  if (state.camera === 'reduced' || state.sharing) return small
  return { active: true, maxBitrate: VIDEO_MAX_BPS, maxFramerate: 30, scaleResolutionDownBy: 1 }
}

function screenEncoding(state: SendingState): VideoEncoding {
  if (state.screen === 'audio_only') return PAUSED
  return state.screen === 'reduced' ? SCREEN_REDUCED : SCREEN_FULL
}

/** Sets a sender's encoder; a sender that can't take it now (not negotiated yet) is left as it is. */
export async function applyVideoEncoding(sender: RTCRtpSender, encoding: VideoEncoding): Promise<boolean> {
  return changeParameters(sender, (first) => Object.assign(first, encoding))
}

/** Sound goes first on the way out, whatever the picture wants. */
export async function applyAudioEncoding(sender: RTCRtpSender): Promise<boolean> {
  return changeParameters(sender, (first) =>
    Object.assign(first, { maxBitrate: AUDIO_MAX_BPS, priority: 'high', networkPriority: 'high' }),
  )
}

async function changeParameters(
  sender: RTCRtpSender,
  change: (first: RTCRtpEncodingParameters) => void,
): Promise<boolean> {
  const parameters = sender.getParameters()
  const [first] = parameters.encodings
  if (first === undefined) return false
  change(first)
  try {
    await sender.setParameters(parameters)
    return true
  } catch {
    // The sender was renegotiated or stopped meanwhile; the next change of state applies anew.
    return false
  }
}

const FIRST_VIDEO_CODECS = ['video/vp8', 'video/h264']

/**
 * VP8, then H.264 (every browser has one of them, and phones code both in hardware), then whatever else.
 * The helpers (retransmission, error correction) keep their place after the codecs.
 */
export function preferredCodecs(platform: Platform, kind: MediaKind): RTCRtpCodec[] {
  const all = [...platform.codecs(kind)]
  if (kind === 'audio') return all
  const rank = (codec: RTCRtpCodec): number => {
    const index = FIRST_VIDEO_CODECS.indexOf(codec.mimeType.toLowerCase())
    return index === -1 ? FIRST_VIDEO_CODECS.length : index
  }
  return all.sort((a, b) => rank(a) - rank(b))
}
