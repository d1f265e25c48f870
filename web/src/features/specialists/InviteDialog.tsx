import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ApiProblem, asProblem, data, idempotent } from '~/api'
import { useLang, useT, type Lang } from '~/i18n'
import { CheckboxGroup, Dialog, Form, ListSkeleton, Loaded, Select, Stack, TextField, toast, useForm } from '~/ui'
import { categoriesQuery, invitationsQuery, type Invitation } from './queries'
import { langs, textFor } from './words'

interface Values {
  email: string
  name: string
  locale: Lang
  category_ids: string[]
}

const NAME_MAX = 80

/** These are about the address, whatever the server's answer points at. */
const aboutAddress = ['already_member', 'already_invited']

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useT()
  const lang = useLang()
  const queryClient = useQueryClient()
  const catalogue = useQuery(categoriesQuery)
  const form = useForm<Values, Invitation[]>({
    initial: { email: '', name: '', locale: lang, category_ids: [] },
    draft: 'specialist-invitation',
    submit: (body, key) => data(api.POST('/api/specialist-invitations', { body, headers: idempotent(key) })).catch((error: unknown) => {
      const { status, code, detail } = asProblem(error)
      if (!aboutAddress.includes(code) || detail === undefined) throw error
      throw new ApiProblem(status, code, undefined, [{ pointer: '/email', detail }])
    }),
    onDone: (all) => {
      queryClient.setQueryData(invitationsQuery.queryKey, all)
      toast(t('specialists.invitedDone'))
      onClose()
    },
  })
  return (
    <Dialog title={t('specialists.invite')} isOpen onClose={onClose}>
      <Form form={form} submit={t('specialists.sendInvitation')}>
        <Stack>
          <p>{t('specialists.invite.text')}</p>
          <TextField label={t('specialists.email')} type="email" inputMode="email" autoComplete="off" {...form.field('email')} />
          <TextField label={t('specialists.inviteName')} hint={t('specialists.inviteName.hint')} maxLength={NAME_MAX} autoComplete="off" {...form.field('name')} />
          <Select label={t('specialists.mailLanguage')} options={langs.map((id) => ({ id, label: t(`specialists.language.${id}`) }))} {...form.field('locale')} />
          <Loaded query={catalogue} skeleton={<ListSkeleton rows={2} />}>
            {({ categories }) => (
              <CheckboxGroup
                label={t('specialists.categories')} hint={t('specialists.inviteCategories.hint')} {...form.field('category_ids')}
                options={categories.filter((category) => category.status !== 'archived').map((category) => ({ id: category.id, label: textFor(category.name, lang), icon: category.icon }))}
              />
            )}
          </Loaded>
        </Stack>
      </Form>
    </Dialog>
  )
}
