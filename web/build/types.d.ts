declare module 'subset-font' {
  interface Options {
    targetFormat: 'woff2'
    variationAxes?: Record<string, number | { min: number; max: number; default?: number }>
  }
  export default function subsetFont(font: Uint8Array, text: string, options: Options): Promise<Uint8Array>
}

declare module 'fontverter' {
  const fontverter: { convert: (font: Uint8Array, format: 'truetype') => Promise<Uint8Array> }
  export default fontverter
}
