import { useRef } from 'react'
import { api, ApiProblem, asProblem, data, idempotent, type components } from '~/api'
import { Intent } from '~/api/command'
import { useLang, useT } from '~/i18n'
import { toast, useForm, type FormState } from '~/ui'
import { useTakeCard, type Card } from './queries'
import { changeOf, isUnsaved, problemsOf, valuesOf, type Values } from './values'

export interface CardForm {
  /** Its `submit` saves. */
  form: FormState<Values>
  /** Saves what is not saved, and hands the card in for the check. */
  handIn: () => void
}

/** The card's words and choices are sent together; pictures and documents by themselves. */
export function useCardForm(card: Card): CardForm {
  const t = useT()
  const lang = useLang()
  const takeCard = useTakeCard()
  const isHandingIn = useRef(false)
  // The form's one intent is several commands, of which the first may succeed and the last be refused: then the next try sends less.
  const renaming = useRef(new Intent())
  const saving = useRef(new Intent())

  const send = async (values: Values): Promise<Card> => {
    if (!isUnsaved(values, card)) return card
    const { display_name } = values
    if (display_name !== card.display_name) {
      await data(api.PATCH('/api/me/account', { body: { display_name }, headers: idempotent(renaming.current.keyFor(display_name)) }))
      renaming.current.done()
    }
    const change = changeOf(values, card) as components['schemas']['CardChange']
    const saved = await data(api.PATCH('/api/card', { body: change, headers: idempotent(saving.current.keyFor(change)) }))
    saving.current.done()
    takeCard(saved)
    return saved
  }

  const handIn = async (key: string): Promise<Card> => {
    try {
      const submitted = await data(api.POST('/api/card/submit', { headers: idempotent(key) }))
      takeCard(submitted)
      return submitted
    } catch (error) {
      const { status, code, detail, body } = asProblem(error)
      if (code !== 'card_incomplete' || !Array.isArray(body['missing'])) throw error
      throw new ApiProblem(status, code, detail, problemsOf(body['missing'] as string[], lang, (part) => t(`card.missing.${part}`)), body)
    }
  }

  const form = useForm<Values, Card>({
    initial: valuesOf(card),
    draft: { key: `card-${card.id}`, keep: 'device' },
    submit: async (values, key) => {
      const saved = await send(values)
      return isHandingIn.current ? handIn(key) : saved
    },
    kept: valuesOf,
    onDone: () => { toast(t(isHandingIn.current ? 'card.handedIn' : 'card.saved')) },
  })

  const save = () => {
    isHandingIn.current = false
    form.submit()
  }
  const saveAndHandIn = () => {
    isHandingIn.current = true
    form.submit()
  }
  return { form: { ...form, submit: save }, handIn: saveAndHandIn }
}
