// The two pictures, and in words why one is missing. A last frame never passes for a live one.
import { useT } from '~/i18n'
import { Avatar, Chip, cx, Icon } from '~/ui'
import type { CallSnapshot } from './engine'
import type { Means } from './format'
import { Picture } from './Picture'
import { Voice } from './Voice'
import styles from './call.module.css'

interface Props {
  snapshot: CallSnapshot
  name: string
}

interface StageProps extends Props {
  means: Means
}

/** Who is seen or heard. A shared screen takes the room, the face goes beside it. */
export function Stage({ snapshot, means, name }: StageProps) {
  const t = useT()
  const { remote, phase } = snapshot
  const isScreenShown = remote.sharing && remote.screen !== null
  const isSilent = phase.name === 'connected' && remote.microphone !== null && remote.microphone !== 'on'
  return (
    <div className={styles.stage}>
      {isScreenShown && (
        <div className={styles.screen} data-testid="screen">
          <Picture stream={remote.screen} label={t('call.screenOf', { name })} isWhole />
        </div>
      )}
      <div className={cx(styles.face, isScreenShown && styles.beside)} data-testid="remote">
        <Face snapshot={snapshot} means={means} name={name} isSmall={isScreenShown} />
        {isSilent && <span className={styles.silent}><Chip>{t('call.remote.silent')}</Chip></span>}
      </div>
      {means.camera && (
        <div className={styles.self} data-testid="self">
          <Self snapshot={snapshot} />
        </div>
      )}
      <Voice stream={remote.voice} />
    </div>
  )
}

/** The other one: the picture, or who it is and why there is none. Beside a screen there is room for two words. */
function Face({ snapshot, means, name, isSmall }: StageProps & { isSmall: boolean }) {
  const t = useT()
  const missing = missingFace(snapshot, means)
  return (
    <>
      <Picture stream={snapshot.remote.face} label={name} isHidden={missing !== null} />
      {/* Always there, so that what appears in it is said aloud. */}
      <div role="status" className={missing === null ? styles.heard : styles.noPicture}>
        {missing !== null && (
          <>
            <span className={styles.who}><Avatar name={name} size={isSmall ? 'md' : 'xl'} /></span>
            <span className={styles.inShort} aria-hidden="true">{t('call.remote.short')}</span>
            <p className={styles.inFull}>
              <strong className={styles.whoName}>{name}</strong>
              {' '}
              {t(`call.${missing}`)}
            </p>
          </>
        )}
      </div>
    </>
  )
}

type Missing =
  | `wait.${'connecting' | Absence | 'nobodyHeard'}`
  | `remote.${'voice' | 'mine' | 'chosen' | 'paused' | 'returning' | 'lost' | 'noCamera'}`

type Absence = 'reconnecting' | 'left' | 'away' | 'nobody'

/** Why the other one is not there; null while both are, or are about to be. */
function absenceOf({ phase, peer }: CallSnapshot): Absence | null {
  if (phase.name === 'waiting') return peer === 'left' || peer === 'away' ? peer : 'nobody'
  return phase.name === 'reconnecting' ? 'reconnecting' : null
}

/** Where one writes nobody is seen: whether the other is there is said in words. */
export function Presence({ snapshot, name }: Props) {
  const t = useT()
  const absence = absenceOf(snapshot)
  const words = absence === null ? t(snapshot.phase.name === 'connected' ? 'call.written.here' : 'call.wait.connecting')
    : absence === 'nobody' ? t('call.written.nobody')
    : t(`call.wait.${absence}`)
  return <p className={styles.presence} role="status" data-testid="remote"><strong>{name}.</strong> {words}</p>
}

/** Why there is no live face, truthfully: what somebody chose is not blamed on the network. Null where there is one. */
function missingFace(snapshot: CallSnapshot, means: Means): Missing | null {
  const { phase, remote, audioOnly } = snapshot
  const absence = absenceOf(snapshot)
  if (absence !== null) return absence === 'nobody' && !means.camera ? 'wait.nobodyHeard' : `wait.${absence}`
  // Connected, but nothing is told yet.
  if (phase.name !== 'connected' || remote.camera === null || remote.face === null) return 'wait.connecting'
  if (!means.camera) return 'remote.voice'
  if (audioOnly) return 'remote.mine'
  if (remote.heldBackBy === 'choice') return 'remote.chosen'
  switch (remote.camera) {
    case 'on':
      return null
    case 'off':
      return 'remote.noCamera'
    case 'lost':
      return 'remote.lost'
    case 'paused':
      // Held back for a choice of ours that is no more: it comes within moments.
      return remote.heldBackBy === 'peer_choice' ? 'remote.returning' : 'remote.paused'
  }
}

/** Oneself, as the other one sees it: a camera that is on but not sent is not shown as if it were. */
function Self({ snapshot }: { snapshot: CallSnapshot }) {
  const t = useT()
  const { local, audioOnly } = snapshot
  const isPaused = isOwnPaused(snapshot)
  const isSeen = local.preview !== null && !isPaused
  const words = audioOnly ? t('call.audioOnly') : isPaused ? t('call.self.paused') : t('call.camera.off')
  return (
    <>
      <Picture stream={local.preview} label={t('call.me')} isMirrored={local.facing === 'user'} isHidden={!isSeen} />
      {!isSeen && <p className={styles.noPicture}><Icon name={audioOnly ? 'audio' : 'camera'} /> {words}</p>}
    </>
  )
}

/** The camera is on, but somebody's choice or the network keeps it from the other one. */
export const isOwnPaused = ({ phase, local, quality }: CallSnapshot): boolean =>
  phase.name === 'connected' && local.camera === 'on' && quality.isCameraPaused
