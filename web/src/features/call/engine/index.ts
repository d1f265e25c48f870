/** The call engine: everything of a video call but its picture on the screen. See README.md. */
export { AccessRefused } from './access'
export type { AccessRefusal, CallAccess, CallTimes } from './access'
export { browserPlatform } from './browserPlatform'
export { CallViewModel } from './callViewModel'
export type { CallOptions } from './callViewModel'
export { DeviceCheck } from './check/deviceCheck'
export type {
  CameraCheck,
  CheckAdvice,
  CheckStep,
  DeviceCheckState,
  MicrophoneCheck,
  SpeakerCheck,
} from './check/deviceCheck'
export type { RelayProtocol, RelayResult } from './check/relayProbe'
export type { LoopResult } from './check/selfLoop'
export type { CaptureStatus } from './media/capture'
export type { DeviceOption, LocalMediaState, OpenRequest } from './media/localMedia'
export type { MediaErrorCode } from './media/mediaError'
export type { RemoteCamera, RemoteMicrophone } from './peer/control'
export type { Platform } from './platform'
export type { QualityLevel, QualityReason } from './quality/assess'
export type { Stage } from './quality/stage'
export type { PeerPresence } from './session'
export type { SignalChannel, SignalHandler, SignalState } from './signal/channel'
export type { ByeReason, Side, SignalMessage } from './signal/message'
export type {
  CallPhase,
  CallProblem,
  CallQuality,
  CallSnapshot,
  CallTime,
  CallVerification,
  EndReason,
  RemoteMedia,
  TimeStage,
} from './snapshot'
export type { VerificationCode, VerificationLocale } from './verification/code'
