export interface SessionsSearch {
  when?: 'past'
}

export const sessionsSearch = (raw: Record<string, unknown>): SessionsSearch => (raw['when'] === 'past' ? { when: 'past' } : {})
