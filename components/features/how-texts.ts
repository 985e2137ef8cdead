import type { How } from '../cards/how-computed'

/** What no report about people counts. */
export function toLeftOut(bots: boolean): string {
  return `${bots ? 'Bots count, too. ' : 'Rows marked as bots. '}Rows under Global Privacy Control, which belong to nobody.`
}

const CALENDAR = 'The range widens to whole intervals of the time zone and ends now; the last one may still run.'

export const ACTIVES_HOW: How = {
  definition:
    'Distinct people with at least one event in the interval. The dashed and the solid line count the distinct people of the 7 and 30 days up to and with each day.',
  window: CALENDAR,
}
export const LIFECYCLE_HOW: How = {
  definition:
    'New: never active before, as far back as events are kept. Returning: active in the interval before, too. Resurrecting: active before, but not in the interval before. Dormant: active in the interval before and not in this one, drawn below zero. Filters hold for all of it: with a country, new is new from there.',
  window: `${CALENDAR} Nobody is dormant before the interval is over.`,
}
export const STICKINESS_HOW: How = {
  definition:
    'Of the people active in a calendar week or month, how many were so on exactly 1, 2, 3 … of its days. The share is the mean of the daily actives over the actives of the period: DAU/WAU or DAU/MAU.',
  window: 'Whole weeks or months that touch the range; of one that runs, the days that have begun.',
}
export const FEATURES_HOW: How = {
  definition:
    'Each event whose name does not begin with $ is a feature. Share: its people of all people with any event. New users: whose first use ever lies in the range. Repeat: used on two or more local days. Uses are events with a person.',
  window: 'The range as it is chosen; days are those of the time zone.',
}
export const USAGE_HOW: How = {
  definition:
    'Uses per person in the range. Time to first use runs from a person’s first event ever to their first use ever, of those whose first use lies in the range; the median is the nearest rank.',
  window: 'The range as it is chosen; first events are looked for as far back as events are kept.',
}
export const CHURNED_HOW: How = {
  definition:
    'Active on two or more of the days before, and silent since. Whose link is followed shows the person’s whole history.',
  window: 'Local days up to today, whatever the range above; filters hold.',
}
export const AT_RISK_HOW: How = {
  definition:
    'Active on three or more of the last 90 days, and now silent for more than three times their own average gap between active days. Of somebody who comes at random at that rate, a silence that long has a probability below 5 % (the model of Schmittlein, Morrison and Colombo, 1987).',
  window: 'The last 90 local days, whatever the range above; filters hold. Who is silent even longer has churned.',
}
