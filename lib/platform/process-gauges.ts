/** One momentary reading of this process; the unit is the end of the name. */
export type Gauge = { name: string; help: string; value: number }

/** Uptime and memory of this process. Node only. */
export function readProcessGauges(): Gauge[] {
  const { rss, heapUsed } = process.memoryUsage()
  return [
    { name: 'growth_process_uptime_seconds', help: 'Seconds since the process started.', value: process.uptime() },
    { name: 'growth_process_resident_bytes', help: 'Resident memory of the process.', value: rss },
    { name: 'growth_process_heap_used_bytes', help: 'Memory used by JavaScript objects.', value: heapUsed },
  ]
}
