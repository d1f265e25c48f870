/** The least characters of a reason, as the server has it: a word is none. */
export const REASON_MIN = 10
