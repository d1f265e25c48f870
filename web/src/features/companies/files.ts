// Files that are made here and saved by the person: what is in them has not left the page.
import { saveFile } from '~/ui'

/** A table of one column needs no delimiter; the mark at its beginning tells spreadsheets that it is UTF-8. */
export const oneColumn = (header: string, cells: readonly string[]): string => `\uFEFF${[header, ...cells].join('\r\n')}\r\n`

export const saveText = (name: string, text: string): void => { saveFile(name, new Blob([text], { type: 'text/csv;charset=utf-8' })) }
