import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useOwnZone } from '~/i18n/format'
import { Banner, Button, CopyField, DateField, Dialog, Form, Stack, useForm } from '~/ui'
import { useCompaniesChanged, type Company } from './queries'

interface MakeProps {
  company: Company
  isOpen: boolean
  onClose: () => void
  onMade: (token: string) => void
}

export function MakeTokenDialog({ isOpen, onClose, ...props }: MakeProps) {
  const t = useT()
  return <Dialog title={t('companies.scim.make')} isOpen={isOpen} onClose={onClose}><MakeForm {...props} /></Dialog>
}

const DAY_MS = 86_400_000

function MakeForm({ company, onMade }: Pick<MakeProps, 'company' | 'onMade'>) {
  const t = useT()
  const zone = useOwnZone()
  const changed = useCompaniesChanged()
  const form = useForm<{ expires_on: string | null }, { token: string }>({
    initial: { expires_on: null },
    submit: ({ expires_on }, key) => data(api.POST('/api/operator/companies/{id}/scim/tokens', {
      params: { path: { id: company.id } }, body: expires_on === null ? {} : { expires_on }, headers: idempotent(key),
    })),
    onDone: ({ token }) => {
      void changed()
      onMade(token)
    },
  })
  return (
    <Form form={form} submit={t('companies.scim.make.submit')}>
      <DateField
        label={t('companies.scim.make.lastDay')} hint={t('companies.scim.make.lastDay.hint')} optional min={civilDateOf(new Date(nowMs() + DAY_MS), zone)}
        {...form.field('expires_on')}
      />
    </Form>
  )
}

/** The one time that a token can be read. Whoever closes it without having taken it is asked once more. */
export function MadeTokenDialog({ token, onClose }: { token: string | undefined; onClose: () => void }) {
  const t = useT()
  const [last, setLast] = useState(token)
  const [isTaken, setTaken] = useState(false)
  const [isWarned, setWarned] = useState(false)
  if (token !== undefined && token !== last) {
    setLast(token)
    setTaken(false)
    setWarned(false)
  }
  const isLost = isWarned && !isTaken
  const close = () => {
    if (isTaken || isWarned) {
      // Not kept in the page once it was taken.
      setLast(undefined)
      onClose()
    } else setWarned(true)
  }
  return (
    <Dialog
      role="alertdialog" title={t('companies.scim.made')} isOpen={token !== undefined} onClose={close}
      actions={<Button variant="primary" onPress={close}>{isLost ? t('companies.scim.made.closeAnyway') : t('companies.scim.made.done')}</Button>}
    >
      <Stack gap={4}>
        {isLost ? <Banner tone="notice" announce>{t('companies.scim.made.notTaken')}</Banner> : <p>{t('companies.scim.made.once')}</p>}
        <CopyField label={t('companies.scim.made.label')} value={last ?? ''} onCopied={() => { setTaken(true) }} />
      </Stack>
    </Dialog>
  )
}
