import { useState } from 'react'
import { useLang, useT, type Lang } from '~/i18n'
import { Disclosure, Muted, Stack, TextArea, TextField, type FormState } from '~/ui'
import type { Values } from './values'

const HEADLINE_MAX = 120
const ABOUT_MAX = 3000
const all: readonly Lang[] = ['ru', 'kk', 'en']

/** Headline and story in each language: one's own first, the others folded until they are wanted. */
export function TextsByLanguage({ form }: { form: FormState<Values> }) {
  const t = useT()
  const own = useLang()
  const [filled] = useState(() => all.filter((lang) => form.values.headline[lang] !== '' || form.values.about[lang] !== ''))
  return (
    <Stack>
      <Muted>{t('card.texts.hint')}</Muted>
      <TextsIn lang={own} form={form} />
      {all.filter((lang) => lang !== own).map((lang) => (
        <Disclosure key={lang} title={t(`card.texts.${lang}`)} isOpen={filled.includes(lang)}><TextsIn lang={lang} form={form} /></Disclosure>
      ))}
    </Stack>
  )
}

function TextsIn({ lang, form }: { lang: Lang; form: FormState<Values> }) {
  const t = useT()
  const field = (name: 'headline' | 'about') => ({
    name: `${name}/${lang}`,
    value: form.values[name][lang],
    onChange: (text: string) => { form.set(name, { ...form.values[name], [lang]: text }) },
    error: form.errorAt(`${name}/${lang}`),
  })
  return (
    <Stack>
      <TextField label={t(`card.headline.${lang}`)} hint={t('card.headline.hint')} maxLength={HEADLINE_MAX} {...field('headline')} />
      <TextArea label={t(`card.about.${lang}`)} hint={t('card.about.hint')} rows={6} maxLength={ABOUT_MAX} {...field('about')} />
    </Stack>
  )
}
