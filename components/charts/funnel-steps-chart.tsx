import { toRatio } from '@/lib/core/ratio'
import { formatCount, formatDuration, formatExactCount, formatRatio } from '../format/format-number'

/** What is counted. */
export type FunnelUnitName = 'people' | 'sessions'

const SINGULAR: Readonly<Record<FunnelUnitName, string>> = { people: 'person', sessions: 'session' }

/** A count with its unit: `1 person`, `12,345 people`. */
export function formatUnits(count: number, unit: FunnelUnitName): string {
  return `${formatExactCount(count)} ${count === 1 ? SINGULAR[unit] : unit}`
}

export type FunnelStepsChartStep = {
  index: number
  event: string
  count: number
  conversionRatio: number | null
  dropOffCount: number
  medianMsFromPrevious: number | null
  /** Said beside the count, such as revenue. */
  note?: string
}

type FunnelStepsChartProps = {
  title: string
  unit: FunnelUnitName
  steps: readonly FunnelStepsChartStep[]
  /** Counts of another time, drawn as a thinner bar below. */
  previous?: readonly { count: number; conversionRatio: number | null }[] | undefined
  /** Makes the counts buttons: who reached the step, and who was lost before it. */
  onSelect?: ((step: number, outcome: 'converted' | 'dropped') => void) | undefined
}

/**
 * The steps of a funnel in order: who reached each, as a share of the first, how many were lost on the way and how long the others
 * took. A list whose text says everything; the bars only repeat it.
 */
export function FunnelStepsChart({ title, unit, steps, previous, onSelect }: FunnelStepsChartProps) {
  const most = Math.max(1, steps[0]?.count ?? 0)
  const mostBefore = Math.max(1, previous?.[0]?.count ?? 0)
  return (
    <ol aria-label={`Steps of ${title}`} className="flex flex-col gap-1">
      {steps.map((step, index) => {
        const before = previous?.[index]
        return (
          <li key={step.index} className="flex flex-col gap-1.5">
            {index > 0 && <Between step={step} count={steps[index - 1]?.count ?? 0} {...{ unit, onSelect }} />}
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="min-w-0 truncate" title={step.event}>
                <span className="figures mr-2 text-ink-faint text-xs">{step.index}</span>
                <span className="font-medium text-sm">{step.event === '*' ? 'Any event' : step.event}</span>
              </span>
              <span className="figures flex items-baseline gap-2 whitespace-nowrap text-sm">
                {step.note && <span className="text-ink-soft text-xs">{step.note}</span>}
                {onSelect && step.count > 0 ? (
                  <button
                    type="button"
                    onClick={() => onSelect(step.index, 'converted')}
                    className="rounded font-semibold text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
                  >
                    {formatUnits(step.count, unit)}
                  </button>
                ) : (
                  <span className="font-semibold">{formatUnits(step.count, unit)}</span>
                )}
                <span className="min-w-13 text-right">{formatRatio(step.conversionRatio)}</span>
              </span>
            </div>
            <Bar share={step.count / most} height={24} fill="var(--color-series-1)" />
            {before && (
              <div className="flex flex-col gap-1">
                <Bar share={before.count / mostBefore} height={6} fill="var(--color-ink-faint)" />
                <span className="figures self-end text-ink-soft text-xs">
                  before: {formatCount(before.count)}, {formatRatio(before.conversionRatio)}
                </span>
              </div>
            )}
          </li>
        )
      })}
    </ol>
  )
}

function Bar({ share, height, fill }: { share: number; height: number; fill: string }) {
  return (
    <svg aria-hidden="true" width="100%" height={height} className="block rounded-[0.375rem] bg-sunken">
      {share > 0 && <rect width={`${Math.min(share, 1) * 100}%`} height={height} rx="4" fill={fill} />}
    </svg>
  )
}

type BetweenProps = Pick<FunnelStepsChartProps, 'unit' | 'onSelect'> & { step: FunnelStepsChartStep; count: number }

function Between({ step, count, unit, onSelect }: BetweenProps) {
  const text = `${formatUnits(step.dropOffCount, unit)} dropped off (${formatRatio(toRatio(step.dropOffCount, count))})`
  return (
    <p className="figures flex flex-wrap items-center gap-x-3 gap-y-1 py-1 pl-[1.1rem] text-ink-soft text-xs">
      <span>
        <span aria-hidden="true">↓ </span>
        {onSelect && step.dropOffCount > 0 ? (
          <button
            type="button"
            onClick={() => onSelect(step.index, 'dropped')}
            className="rounded underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            {text}
          </button>
        ) : (
          text
        )}
      </span>
      {step.medianMsFromPrevious !== null && <span>median {formatDuration(step.medianMsFromPrevious)}</span>}
    </p>
  )
}
