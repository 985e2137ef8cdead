import { toRatio } from '../../core/ratio'

/**
 * What follows from how many people were active on exactly 1, 2, 3 … days of a period, of which as many days have begun as there
 * are figures. `ratio` is DAU/MAU (of a week DAU/WAU): the mean of the daily actives over the actives of the period; it
 * equals average days over days, because each active day of a person is one daily active. Null when nobody was active.
 */
export function toStickyPeriod(daysActive: readonly number[]) {
  const people = daysActive.reduce((sum, count) => sum + count, 0)
  const activeDays = daysActive.reduce((sum, count, index) => sum + count * (index + 1), 0)
  return {
    days: daysActive.length,
    people,
    daysActive: [...daysActive],
    averageDays: toRatio(activeDays, people),
    ratio: toRatio(activeDays, people * daysActive.length),
  }
}
