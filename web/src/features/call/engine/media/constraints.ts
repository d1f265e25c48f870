import type { MediaKind } from '../platform'

/** Which device a person chose. */
export interface DeviceChoice {
  /** A `deviceId`; null takes the system's default. */
  readonly deviceId: string | null
  /** Which way a phone's camera looks; ignored where a device is named. */
  readonly facing: 'user' | 'environment'
}

export const DEFAULT_CHOICE: DeviceChoice = { deviceId: null, facing: 'user' }

/** Only wishes (`ideal`), never demands, except for a device named by the person. */
export function captureConstraints(kind: MediaKind, choice: DeviceChoice): MediaTrackConstraints {
  const device = choice.deviceId === null ? {} : { deviceId: { exact: choice.deviceId } }
  if (kind === 'audio') {
    return {
      ...device,
      echoCancellation: { ideal: true },
      noiseSuppression: { ideal: true },
      autoGainControl: { ideal: true },
      channelCount: { ideal: 1 },
    }
  }
  return {
    ...device,
    ...(choice.deviceId === null ? { facingMode: { ideal: choice.facing } } : {}),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  }
}

/** A shared screen: sharp, slow, without the system's sound (which would bring the voice back as an echo). */
export function screenOptions(): DisplayMediaStreamOptions {
  return {
    video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 10, max: 15 } },
    audio: false,
  }
}
