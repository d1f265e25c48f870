// src/sw.ts → /sw.js, with the list of files to keep for the offline shell written in.
/** @returns {import('vite').Plugin} */
export function serviceWorker() {
  return { name: 'ponimau-service-worker' }
}
