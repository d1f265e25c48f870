/** The last topics of this tab, by category: the way back from a card leads to them. Only in memory, so that signing out forgets them. */
const lastTopics = new Map<string, readonly string[]>()
export const rememberTopics = (category: string, topics: readonly string[]): void => { lastTopics.set(category, topics) }
export const recallTopics = (category: string): readonly string[] | undefined => lastTopics.get(category)
