/** Has the browser save a file that is in the page already. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken the address by then; it needs not be kept.
  setTimeout(() => { URL.revokeObjectURL(address) }, 10_000)
}
