// Choices from long lists, found by typing. What they are drawn with is in ComboBoxes, fetched when first needed.
import type { ReactElement } from 'react'
import type { ComboBoxProps, TagsFieldProps } from './ComboBoxes'
import { lazyField } from './lazy-field'

export type { ComboBoxProps, TagsFieldProps }

/** One of many options. */
export const ComboBox = lazyField<ComboBoxProps<string>>(async () => (await import('./ComboBoxes')).ComboBox) as <T extends string>(props: ComboBoxProps<T>) => ReactElement
/** Several of many options, standing as removable tags under the field. */
export const TagsField = lazyField<TagsFieldProps<string>>(async () => (await import('./ComboBoxes')).TagsField) as <T extends string>(props: TagsFieldProps<T>) => ReactElement
