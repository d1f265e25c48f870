import { useEffect, useRef, type RefObject } from 'react'

/** For the one field of a step that follows another: the person has just pressed "continue" and goes on typing. */
export function useFieldFocus(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => { field.current?.focus() }, [])
  return field
}
