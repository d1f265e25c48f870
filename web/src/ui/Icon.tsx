import { Drawing } from './FrameIcon'
import { categoryIcons, icons, type IconName } from './icons'

interface Props {
  name: IconName
  /** CSS pixels; the stroke keeps its weight relative to the size. */
  size?: number
}

/** Always decorative: the name is in the text beside it, or in the control's label. */
export const Icon = ({ name, size = 24 }: Props) => <Drawing path={icons[name]} size={size} />

/** By the name stored with the category; an unknown name shows the general icon. */
export const CategoryIcon = ({ name, size = 24 }: { name: string; size?: number }) => (
  <Drawing path={Object.hasOwn(categoryIcons, name) ? categoryIcons[name as keyof typeof categoryIcons] : categoryIcons.other} size={size} />
)
