type Labels = Readonly<Record<string, string>>
type Counter = { help: string; values: Map<string, { labels: Labels; value: number }> }

/** Distinct label sets one counter holds; further ones are dropped, so that no input can grow the memory. */
const LABEL_SETS_MAX = 1_000

// Route modules of one process are separate bundles: the registry hangs on globalThis so that they share it.
const registryKey = Symbol.for('growth-stack.metrics')
type Registry = Map<string, Counter>
const host = globalThis as { [registryKey]?: Registry }

function registry(): Registry {
  host[registryKey] ??= new Map()
  return host[registryKey]
}

/** Adds to the counter `name{labels}` of this process. Names end in `_total`; label values come from closed sets. */
export function countMetric(name: string, help: string, labels: Labels = {}, value = 1): void {
  const counters = registry()
  let counter = counters.get(name)
  if (!counter) {
    counter = { help, values: new Map() }
    counters.set(name, counter)
  }
  const key = toLabelText(labels)
  const series = counter.values.get(key)
  if (series) series.value += value
  else if (counter.values.size < LABEL_SETS_MAX) counter.values.set(key, { labels, value })
}

/** Every counter of this process, by name and then by labels. */
export function readMetrics(): { name: string; labels: Labels; value: number }[] {
  return [...registry()].flatMap(([name, counter]) =>
    [...counter.values.values()].map((series) => ({ name, ...series })),
  )
}

/**
 * The counters in the Prometheus text format 0.0.4, `gauges` appended. Ends with a line feed.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toPrometheusText(gauges: readonly { name: string; help: string; value: number }[] = []): string {
  const lines: string[] = []
  for (const [name, counter] of registry()) {
    lines.push(`# HELP ${name} ${counter.help}`, `# TYPE ${name} counter`)
    for (const [labels, { value }] of counter.values) lines.push(`${name}${labels} ${value}`)
  }
  for (const { name, help, value } of gauges) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

function toLabelText(labels: Labels): string {
  const names = Object.keys(labels).sort()
  if (names.length === 0) return ''
  return `{${names.map((name) => `${name}="${escapeLabel(labels[name] as string)}"`).join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
