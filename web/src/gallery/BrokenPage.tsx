/** A screen that breaks while it is drawn. */
export default function BrokenPage(): never {
  throw new Error('broken on purpose')
}
