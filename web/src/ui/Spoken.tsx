import type { ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useLang } from '~/i18n'

/** BCP 47 tags for React Aria and its calendars. */
const tags = { ru: 'ru-RU', kk: 'kk-KZ', en: 'en-GB' } as const

/** Gives the components within the person's language. Around each page, not around the frame, which has none of React Aria's. */
export const Spoken = ({ children }: { children: ReactNode }) => <I18nProvider locale={tags[useLang()]}>{children}</I18nProvider>
