// Files that are made here and saved by the person: what is in them has not left the page.

/** A table of one column needs no delimiter; the mark at its beginning tells spreadsheets that it is UTF-8. */
export const oneColumn = (header: string, cells: readonly string[]): string => `\uFEFF${[header, ...cells].join('\r\n')}\r\n`

export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken the address by then; it needs not be kept.
  setTimeout(() => { URL.revokeObjectURL(address) }, 10_000)
}
