// OKLCH → sRGB and WCAG contrast. https://www.w3.org/TR/css-color-4/#color-conversion-code, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance

/** @typedef {{ colorSpace: 'oklch', components: [number, number, number], alpha?: number }} Oklch */

/** @param {Oklch} colour @returns {[number, number, number]} linear sRGB, may lie outside 0…1 when the colour is out of gamut */
export function linearRgb({ components: [lightness, chroma, hue] }) {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** @param {number} v */
const clamp = (v) => Math.min(1, Math.max(0, v))
/** @param {number} v */
const encode = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)

/** @param {Oklch} colour @returns {string} `#rrggbb`, or `#rrggbbaa` when the colour is translucent */
export function hex(colour) {
  const bytes = linearRgb(colour).map((v) => Math.round(clamp(encode(clamp(v))) * 255))
  if (colour.alpha !== undefined && colour.alpha < 1) bytes.push(Math.round(colour.alpha * 255))
  return `#${bytes.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

/** @param {Oklch} colour */
export const inGamut = (colour) => linearRgb(colour).every((v) => v > -0.002 && v < 1.002)

/** @param {Oklch} colour */
const luminance = (colour) => {
  const [r, g, b] = /** @type {[number, number, number]} */ (linearRgb(colour).map(clamp))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** @param {Oklch} one @param {Oklch} other @returns {number} 1…21 */
export function contrast(one, other) {
  const [light, dark] = /** @type {[number, number]} */ ([luminance(one), luminance(other)].sort((x, y) => y - x))
  return (light + 0.05) / (dark + 0.05)
}
