import { useEffect, useRef } from 'react'
import { TextField, type TextFieldProps } from '~/ui'

/** For a code of digits: phones show digits and offer the code that has just come. It follows a press of the person's, who goes on typing. */
export function CodeField(props: TextFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => { field.current?.focus() }, [])
  return <TextField ref={field} inputMode="numeric" autoComplete="one-time-code" spellCheck="false" maxLength={12} {...props} />
}
