/**
 * Leaves the app for `address`; as `replace`, this page does not stay behind it. Whoever waits for it stays pending until the page is another, or
 * this very one is shown again by "back": a dialog that closed meanwhile would take its step back (`useBack`), and the browser would stay here.
 */
export async function leaveTo(address: string, how: 'assign' | 'replace' = 'assign'): Promise<void> {
  location[how](address)
  await new Promise((resolve) => { addEventListener('pageshow', resolve, { once: true }) })
}
