import { Fragment, type ReactNode } from 'react'

type Tags = Record<string, (content: ReactNode) => ReactNode>

/** Splits `a <link>b</link> c` into text and tagged parts. Tags do not nest: a sentence that needs it should be two. */
export function splitRich(text: string): { tag?: string; text: string }[] {
  const parts: { tag?: string; text: string }[] = []
  let rest = 0
  for (const match of text.matchAll(/<([a-z]+)>(.*?)<\/\1>/gs)) {
    if (match.index > rest) parts.push({ text: text.slice(rest, match.index) })
    parts.push({ tag: match[1] ?? '', text: match[2] ?? '' })
    rest = match.index + match[0].length
  }
  if (rest < text.length) parts.push({ text: text.slice(rest) })
  return parts
}

/** `<Rich text={t('consent.line')} tags={{ link: (c) => <Link to="/terms">{c}</Link> }} />`: a link within a translated sentence. */
export const Rich = ({ text, tags }: { text: string; tags: Tags }) => (
  <>
    {splitRich(text).map((part, index) => (
      <Fragment key={index}>{part.tag === undefined ? part.text : (tags[part.tag]?.(part.text) ?? part.text)}</Fragment>
    ))}
  </>
)
