import { useEffect, useState, type ComponentType } from 'react'
import { settleProof, useIsProofAsked } from '~/api/proof'
import { loadMessages } from '~/i18n'

type ProofDialog = ComponentType<{ isOpen: boolean }>

async function load(): Promise<ProofDialog> {
  const [module] = await Promise.all([import('./proof/ProofDialog'), loadMessages(['proof'])])
  return module.default
}

/** Over any screen: a command waits until the person has shown that it is they. Most visits never see it, so it is fetched when asked for. */
export function StepUp() {
  const isAsked = useIsProofAsked()
  const [Dialog, setDialog] = useState<ProofDialog>()
  useEffect(() => {
    if (!isAsked || Dialog) return
    // Without a network the question cannot be put; the command is then refused, and may be tried again.
    load().then((loaded) => { setDialog(() => loaded) }, () => { settleProof(false) })
  }, [isAsked, Dialog])
  return Dialog && <Dialog isOpen={isAsked} />
}
