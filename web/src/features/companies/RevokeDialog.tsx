import { useState } from 'react'
import { useT } from '~/i18n'
import { Dialog, Form, RadioGroup, TextField, toast, useForm } from '~/ui'
import { revokeCodes, type Kept } from './keeping'
import { useCompaniesChanged, type CodeBatch } from './queries'

/** Takes back a whole batch, or the one code of it that was lost. */
export function RevokeDialog({ company, batch, onClose }: { company: Kept; batch: CodeBatch | undefined; onClose: () => void }) {
  const t = useT()
  const [last, setLast] = useState(batch)
  if (batch && batch !== last) setLast(batch)
  return (
    <Dialog title={t('companies.codes.revoke.title', { count: last?.count ?? 1 })} isOpen={batch !== undefined} onClose={onClose}>
      {last && <RevokeForm company={company} batch={last} onDone={onClose} />}
    </Dialog>
  )
}

function RevokeForm({ company, batch, onDone }: { company: Kept; batch: CodeBatch; onDone: () => void }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const isSeveral = batch.count > 1
  const form = useForm({
    initial: { which: 'all', code: '' },
    check: ({ which, code }) => ({ code: which === 'one' && code.trim() === '' ? t('companies.codes.revoke.required') : undefined }),
    submit: ({ which, code }, key) => revokeCodes(company, batch, which === 'one' ? { code: code.trim() } : {}, key),
    onDone: () => {
      onDone()
      void changed()
      toast(t('companies.codes.revoked'))
    },
  })
  return (
    <Form form={form} submit={isSeveral && form.values.which === 'all' ? t('companies.codes.revoke.all') : t('companies.codes.revoke')}>
      <p>{t(company.passes?.is_on === true ? 'companies.codes.revoke.text.passes' : 'companies.codes.revoke.text')}</p>
      {isSeveral && (
        <RadioGroup
          label={t('companies.codes.revoke.which')} {...form.field('which')}
          options={[
            { id: 'all', label: t('companies.codes.revoke.whole', { count: batch.count - batch.revoked }) },
            { id: 'one', label: t('companies.codes.revoke.one') },
          ]}
        />
      )}
      {form.values.which === 'one' && (
        <TextField label={t('companies.codes.revoke.code')} maxLength={60} autoComplete="off" spellCheck="false" {...form.field('code')} />
      )}
    </Form>
  )
}
