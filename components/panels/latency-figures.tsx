import { formatDuration } from '../format/format-number'
import { Figure } from './figure'

type LatencyFiguresProps = { latency: { p50: number | null; p95: number | null; p99: number | null }; absence: string }

/** The three percentiles of a latency, for a row of figures. `absence` says why they can be missing. */
export function LatencyFigures({ latency, absence }: LatencyFiguresProps) {
  return (['p50', 'p95', 'p99'] as const).map((name) => (
    <Figure
      key={name}
      label={`Latency ${name}`}
      content={{ value: latency[name] === null ? null : formatDuration(latency[name]), absence }}
    />
  ))
}
