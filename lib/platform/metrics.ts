type Labels = Readonly<Record<string, string>>
type Series = { labels: Labels; value: number }
type LabelledMetric = { type: 'counter' | 'gauge'; help: string; values: Map<string, Series> }
/** `counts[i]` values lie above the bound before `bounds[i]` and not above it; the last ones above all bounds. */
type HistogramMetric = { type: 'histogram'; help: string; bounds: readonly number[]; counts: number[]; sum: number }
type Metric = LabelledMetric | HistogramMetric

/** Distinct label sets one metric holds; further ones are dropped, so that no input can grow the memory. */
const LABEL_SETS_MAX = 1_000

// Route modules of one process are separate bundles: the registry hangs on globalThis so that they share it.
const registryKey = Symbol.for('growth-stack.metrics')
type Registry = Map<string, Metric>
const host = globalThis as { [registryKey]?: Registry }

function registry(): Registry {
  host[registryKey] ??= new Map()
  return host[registryKey]
}

function openSeries(name: string, type: LabelledMetric['type'], help: string, labels: Labels): Series | undefined {
  let metric = registry().get(name)
  if (!metric) {
    metric = { type, help, values: new Map() }
    registry().set(name, metric)
  }
  if (metric.type === 'histogram') throw new Error(`${name} is a histogram`)
  const key = toLabelText(labels)
  const known = metric.values.get(key)
  if (known || metric.values.size >= LABEL_SETS_MAX) return known
  const created = { labels, value: 0 }
  metric.values.set(key, created)
  return created
}

/** Adds to the counter `name{labels}` of this process. Names end in `_total`; label values come from closed sets. */
export function countMetric(name: string, help: string, labels: Labels = {}, value = 1): void {
  const series = openSeries(name, 'counter', help, labels)
  if (series) series.value += value
}

/** Sets the momentary reading `name{labels}` of this process; the unit is the end of the name. */
export function setGauge(name: string, help: string, value: number, labels: Labels = {}): void {
  const series = openSeries(name, 'gauge', help, labels)
  if (series) series.value = value
}

/**
 * Adds a value to the histogram `name`, whose buckets end at `bounds` (ascending, inclusive) and at infinity: what Prometheus
 * computes quantiles from, over any time and any number of processes.
 */
export function observeMetric(name: string, help: string, bounds: readonly number[], value: number): void {
  let metric = registry().get(name)
  if (!metric) {
    metric = { type: 'histogram', help, bounds, counts: Array(bounds.length + 1).fill(0), sum: 0 }
    registry().set(name, metric)
  }
  if (metric.type !== 'histogram') throw new Error(`${name} is no histogram`)
  const index = metric.bounds.findIndex((bound) => value <= bound)
  const at = index < 0 ? metric.bounds.length : index
  metric.counts[at] = (metric.counts[at] ?? 0) + 1
  metric.sum += value
}

/** Every counter of this process, by name and then by labels. */
export function readMetrics(): { name: string; labels: Labels; value: number }[] {
  return [...registry()].flatMap(([name, metric]) =>
    metric.type === 'counter' ? [...metric.values.values()].map((series) => ({ name, ...series })) : [],
  )
}

/**
 * Everything counted here in the Prometheus text format 0.0.4, `gauges` appended. Ends with a line feed.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toPrometheusText(gauges: readonly { name: string; help: string; value: number }[] = []): string {
  const lines: string[] = []
  for (const [name, metric] of registry()) {
    lines.push(`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${metric.type}`)
    if (metric.type === 'histogram') lines.push(...toHistogramLines(name, metric))
    else for (const [labels, { value }] of metric.values) lines.push(`${name}${labels} ${value}`)
  }
  for (const { name, help, value } of gauges) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

function toHistogramLines(name: string, { bounds, counts, sum }: HistogramMetric): string[] {
  let count = 0
  const buckets = counts.map((inBucket, index) => {
    count += inBucket
    return `${name}_bucket{le="${bounds[index] ?? '+Inf'}"} ${count}`
  })
  return [...buckets, `${name}_sum ${sum}`, `${name}_count ${count}`]
}

function toLabelText(labels: Labels): string {
  const names = Object.keys(labels).sort()
  if (names.length === 0) return ''
  return `{${names.map((name) => `${name}="${escapeLabel(labels[name] as string)}"`).join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
