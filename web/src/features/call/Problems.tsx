import { useT } from '~/i18n'
import { Banner, Button } from '~/ui'
import type { CallProblem, CallViewModel } from './engine'
import styles from './call.module.css'

const MOST = 2

/** The gravest problem first; one sentence each, with the way on where the person has one. */
export function Problems({ problems, model }: { problems: readonly CallProblem[]; model: CallViewModel }) {
  const t = useT()
  if (problems.length === 0) return null
  return (
    <div className={styles.problems}>
      {/* Without a network there is no service either: one sentence is enough. */}
      {problems.filter((problem) => problem !== 'signalling_lost' || !problems.includes('offline')).slice(0, MOST).map((problem) => (
        <Banner
          key={problem} tone={problem === 'verification_mismatch' ? 'danger' : 'notice'} announce
          actions={isDevice(problem) && <Button onPress={() => { retry(model, problem) }}>{t('call.problem.again')}</Button>}
        >
          {t(`call.problem.${problem}`)}
        </Banner>
      ))}
    </div>
  )
}

/** A device that failed can be asked for again; one that is merely away comes back by itself. */
const isDevice = (problem: CallProblem) => /^(microphone|camera)_(denied|missing|in_use|failed)$/.test(problem)

function retry(model: CallViewModel, problem: CallProblem): void {
  void (problem.startsWith('microphone') ? model.retryMicrophone() : model.setCamera(true))
}
