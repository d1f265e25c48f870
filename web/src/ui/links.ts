// The sign that ends a sentence, or closes what the address stands in, is not of the address.
const address = /(https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]}…])/i

/** A text in its parts: what stands at odd places is the address of a web page. */
export const partsOf = (text: string): string[] => text.split(address)
