import { useQuery } from '@tanstack/react-query'
import { useCommand } from '~/api'
import { useT, type Translate } from '~/i18n'
import { Avatar, Banner, ListSkeleton, Loaded, Section, Stack, useProblemText, PickList } from '~/ui'
import type { Arrive } from './arrive'
import { signInAsDemoPerson } from './commands'
import { demoPeopleQuery, type DemoPerson } from './queries'

const kinds = ['employee', 'specialist', 'hr', 'staff'] as const
const roles = ['support', 'safety', 'finance', 'catalogue', 'admin', 'auditor'] as const
const isRole = (name: string): name is (typeof roles)[number] => (roles as readonly string[]).includes(name)

/** What a person of the demo is there for. */
function about(t: Translate, person: DemoPerson): string | undefined {
  const parts = [person.company, ...person.categories, ...person.capabilities.filter(isRole).map((role) => t(`identity.role.${role}`))]
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' · ') || undefined
}

/** Signs in as one of them, with nothing to show. */
export const demoSignIn = (arrive: Arrive) => async ({ id }: DemoPerson) => {
  await signInAsDemoPerson(id)
  await arrive(false)
}

interface Props {
  note: string
  enter: (person: DemoPerson) => Promise<void>
}

/** The people of the demo, each entered by one tap. */
export function DemoPeople({ note, enter: enterAs }: Props) {
  const t = useT()
  const text = useProblemText()
  const people = useQuery(demoPeopleQuery)
  const enter = useCommand(async (id: string) => {
    const person = people.data?.find((one) => one.id === id)
    if (person) await enterAs(person)
  })
  return (
    <Section title={t('identity.demo.title')}>
      <Banner tone="notice">{note}</Banner>
      {enter.error && <Banner tone="danger" announce>{text(enter.error)}</Banner>}
      <Loaded query={people} skeleton={<ListSkeleton rows={6} />}>
        {(rows) => (
          <Stack gap={5}>
            {kinds.map((kind) => ({ kind, of: rows.filter((person) => person.kind === kind) })).filter(({ of }) => of.length > 0).map(({ kind, of }) => (
              <Section key={kind} level={3} title={t(`identity.demo.${kind}`)}>
                <PickList
                  label={t(`identity.demo.${kind}`)} pending={enter.isPending ? enter.variables : undefined} onPick={enter.mutate}
                  picks={of.map((person) => ({ id: person.id, name: person.display_name, about: about(t, person), leading: <Avatar name={person.display_name} /> }))}
                />
              </Section>
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}
