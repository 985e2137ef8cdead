/**
 * Measurements of the page's own: one as `{ name: 'search', value: 132 }`, or several at once, each under its own key, as
 * `{ search: 132, results: 20 }`. `route` is the page's own route unless given. Other text is ignored.
 */
export type CustomMetric = {
  route?: string
  name?: string
  readonly [measurement: string]: number | string | undefined
}

/** The finite measurements of a custom metric by name; empty when there are none. */
export function toMeasurements({ name, value, ...others }: Omit<CustomMetric, 'route'>): Record<string, number> {
  const given = { ...others, [name ?? 'value']: value }
  return Object.fromEntries(Object.entries(given).filter((pair): pair is [string, number] => Number.isFinite(pair[1])))
}
