import { describe, expect, it } from 'vitest'
import { mondayOf, ruleIndex, rulesOf, weekOf, weekdayOf } from './week'

describe('the week', () => {
  it('is edited day by day and sent line by line', () => {
    const week = weekOf([
      { days: ['mon', 'wed'], start: '14:00', end: '24:00', end_day_offset: 0 },
      { days: ['mon'], start: '09:00', end: '12:00', end_day_offset: 0 },
      { days: ['fri'], start: '22:00', end: '02:00', end_day_offset: 1 },
    ])
    expect(week.mon).toEqual([{ start: '09:00', end: '12:00' }, { start: '14:00', end: '00:00' }])
    expect(rulesOf(week)).toEqual([
      { days: ['mon'], start: '09:00', end: '12:00', end_day_offset: 0 },
      { days: ['mon'], start: '14:00', end: '00:00', end_day_offset: 1 },
      { days: ['wed'], start: '14:00', end: '00:00', end_day_offset: 1 },
      { days: ['fri'], start: '22:00', end: '02:00', end_day_offset: 1 },
    ])
    expect(ruleIndex(week, 'wed', 0)).toBe(2)
    expect(ruleIndex(week, 'fri', 0)).toBe(3)
  })

  it('begins on Monday, over the end of a year too', () => {
    expect(mondayOf('2027-01-01')).toBe('2026-12-28')
    expect(weekdayOf('2026-12-20')).toBe(6)
  })
})
