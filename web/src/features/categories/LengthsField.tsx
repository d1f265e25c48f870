import { useState } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Button, MultiFilterChips, NumberField, RadioGroup, Row, Stack, type FormState } from '~/ui'
import { LENGTHS_MAX, type Values } from './values'
import styles from './categories.module.css'

const common = [30, 40, 45, 50, 60, 80, 90, 120]

/** How long a consultation may be: the usual lengths by one touch, any other by its minutes. The first of the list is the one offered at once. */
export function LengthsField({ form }: { form: FormState<Values> }) {
  const t = useT()
  const format = useFormat()
  const [own, setOwn] = useState(NaN)
  const lengths = form.values.session_lengths_min
  const offered = [...new Set([...common, ...lengths])].sort((a, b) => a - b)
  const set = (chosen: number[]) => { form.set('session_lengths_min', chosen) }
  // Chosen ones keep their order, so that the usual one stays the first.
  const choose = (chosen: number[]) => { set([...lengths.filter((one) => chosen.includes(one)), ...chosen.filter((one) => !lengths.includes(one))]) }
  const canAdd = own >= 10 && own <= 240 && !lengths.includes(own) && lengths.length < LENGTHS_MAX
  const add = () => {
    set([...lengths, own])
    setOwn(NaN)
  }
  const error = form.errorAt('session_lengths_min')
  return (
    <div data-field="session_lengths_min">
      <Stack gap={3}>
        <MultiFilterChips label={t('categories.lengths')} showLabel options={offered.map((one) => ({ id: String(one), label: format.duration(one) }))} value={lengths.map(String)} onChange={(chosen) => { choose(chosen.map(Number)) }} />
        {error !== undefined && <p className={styles.mistake}>{error}</p>}
        <Row align="end">
          <div className={styles.narrow}><NumberField label={t('categories.lengths.own')} hint={t('categories.lengths.ownHint')} min={10} max={240} step={5} value={own} onChange={setOwn} /></div>
          <Button icon="plus" isDisabled={!canAdd} onPress={add}>{t('categories.lengths.add')}</Button>
        </Row>
        {lengths.length > 1 && (
          <RadioGroup
            label={t('categories.lengths.usual')} hint={t('categories.lengths.usualHint')} options={[...lengths].sort((a, b) => a - b).map((one) => ({ id: String(one), label: format.duration(one) }))}
            value={String(lengths[0])} onChange={(usual) => { set([Number(usual), ...lengths.filter((one) => String(one) !== usual)]) }}
          />
        )}
      </Stack>
    </div>
  )
}
