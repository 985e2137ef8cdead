import type { TimeToConvert } from '@/lib/contracts/funnel'
import { formatDuration, formatExactCount } from '../format/format-number'

/** How people's times spread over the fixed buckets: one row each, the bars on the scale of the fullest. */
export function FunnelTimes({ title, unit, times }: { title: string; unit: string; times: TimeToConvert }) {
  const most = Math.max(1, ...times.histogram.map(({ count }) => count))
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium text-[0.8125rem]">{title}</span>
        <span className="figures text-ink-soft text-xs">
          median {formatSpan(times.medianMs)} · average {formatSpan(times.averageMs)}
        </span>
      </figcaption>
      <table className="w-full table-fixed text-xs">
        <caption className="sr-only">
          {title}: {unit} by time taken
        </caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Time taken</th>
            <th scope="col">Share</th>
            <th scope="col">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {times.histogram.map(({ fromMs, toMs, count }) => (
            <tr key={fromMs}>
              <th
                scope="row"
                className="figures w-28 whitespace-nowrap py-0.5 pr-3 text-left font-normal text-ink-soft"
              >
                {toMs === null ? `${formatSpan(fromMs)} or more` : `${formatSpan(fromMs)} – ${formatSpan(toMs)}`}
              </th>
              <td className="py-0.5">
                <svg aria-hidden="true" width="100%" height="12" className="block">
                  {count > 0 && (
                    <rect width={`${(count / most) * 100}%`} height="12" rx="3" fill="var(--color-series-2)" />
                  )}
                </svg>
              </td>
              <td className="figures w-16 py-0.5 pl-2 text-right">{formatExactCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** A duration in as few words as it takes: days from two days on, no digits that say nothing. */
function formatSpan(ms: number): string {
  if (ms >= 172_800_000) return `${Math.round(ms / 8_640_000) / 10} d`
  if (ms < 60_000 && ms % 1_000 === 0) return `${ms / 1_000} s`
  return formatDuration(ms)
}
