/** One of `all`, or nothing: what an address says is anybody's. */
export const among = <T extends string>(all: readonly T[], raw: unknown): T | undefined => all.find((one) => one === raw)
