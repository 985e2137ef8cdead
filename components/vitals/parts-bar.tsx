import { formatDuration, formatRatio } from '../format/format-number'

type Part = { name: string; p75: number; share: number }

const FILLS = [
  'var(--color-series-1)',
  'var(--color-series-2)',
  'var(--color-series-3)',
  'var(--color-series-soft)',
] as const

/** What a duration is made of, in the order in which it happens; the list below says the same in words. */
export function PartsBar({ parts }: { parts: readonly Part[] }) {
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { share }) => sum + share, 0))
  return (
    <div className="flex flex-col gap-3">
      <svg aria-hidden="true" width="100%" height="12" className="block overflow-hidden rounded-full bg-sunken">
        {parts.map(({ name, share }, index) => (
          <rect
            key={name}
            x={`${(starts[index] ?? 0) * 100}%`}
            width={`${share * 100}%`}
            height="12"
            fill={FILLS[index]}
            stroke="var(--color-surface)"
          />
        ))}
      </svg>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 text-[0.8125rem] sm:grid-cols-4">
        {parts.map(({ name, p75, share }, index) => (
          <div key={name} className="flex flex-col">
            <dt className="flex items-center gap-2 text-ink-soft text-xs">
              <svg aria-hidden="true" width="8" height="8">
                <rect width="8" height="8" rx="2" fill={FILLS[index]} />
              </svg>
              {name}
            </dt>
            <dd className="figures font-medium">
              {formatRatio(share)} <span className="text-ink-faint text-xs">p75 {formatDuration(p75)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
