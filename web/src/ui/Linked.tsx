import { partsOf } from './links'

/** What somebody wrote, with the addresses in it to be opened: in a page of their own, which learns nothing of this one. */
export const Linked = ({ text }: { text: string }) =>
  partsOf(text).map((part, index) => (index % 2 === 1 ? <a key={index} href={part} target="_blank" rel="noopener noreferrer">{part}</a> : part))
