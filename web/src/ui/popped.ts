/** Who hears of a step in the browser's history before the router does: useBack, once it is there. */
export const first: { popped?: (event: PopStateEvent) => void } = {}
