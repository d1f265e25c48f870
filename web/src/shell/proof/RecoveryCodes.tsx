import { brand } from '~/brand'
import { useLang, useT } from '~/i18n'
import { Banner, Button, Row, Stack, toast } from '~/ui'
import styles from './proof.module.css'

interface Props {
  codes: readonly string[]
  /** The person says that they have them. */
  onSaved: () => void
}

/** Recovery codes, shown this once: to copy, to keep as a file, and only then to go on. */
export function RecoveryCodes({ codes, onSaved }: Props) {
  const t = useT()
  const lang = useLang()
  const text = [t('proof.codes.file', { brand: brand().name[lang] }), '', ...codes, ''].join('\n')
  const download = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = address
    link.download = 'recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(address)
  }
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toast(t('proof.codes.copied'))
  }
  return (
    <Stack gap={5}>
      <Banner tone="notice">{t('proof.codes.lead')}</Banner>
      <ol className={styles.codes} aria-label={t('proof.codes.title')}>
        {codes.map((code) => <li key={code}><code>{code}</code></li>)}
      </ol>
      <Row gap={2}>
        <Button icon="download" onPress={download}>{t('proof.codes.download')}</Button>
        <Button icon="copy" onPress={() => { void copy() }}>{t('proof.codes.copy')}</Button>
      </Row>
      <Row><Button variant="primary" onPress={onSaved}>{t('proof.codes.saved')}</Button></Row>
    </Stack>
  )
}
