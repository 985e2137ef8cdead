import { toRatio } from '@/lib/core/ratio'
import { formatCount, formatExactCount, formatRatio } from '../format/format-number'

export type FunnelChartStep = { step: string; count: number; conversionRatio: number | null }

/**
 * The steps of a funnel in order: people who reached each, their share of the first step, and how many were lost on the way
 * from the step before. A list whose text says everything; the bars only repeat it.
 */
export function FunnelChart({ title, steps }: { title: string; steps: readonly FunnelChartStep[] }) {
  const first = steps[0]?.count ?? 0
  return (
    <ol aria-label={`Steps of ${title}`} className="flex flex-col gap-1">
      {steps.map((step, index) => {
        const previous = steps[index - 1]
        return (
          <li key={step.step} className="flex flex-col gap-1">
            {previous && <DropOff from={previous.count} to={step.count} />}
            <div className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate" title={step.step}>
                <span className="figures mr-2 text-ink-faint text-xs">{index + 1}</span>
                <span className="font-medium text-[0.8125rem]">{step.step}</span>
              </span>
              <span className="figures whitespace-nowrap text-[0.8125rem]">
                <span className="font-semibold" title={`${formatExactCount(step.count)} people`}>
                  {formatCount(step.count)}
                </span>
                <span className="ml-2 inline-block min-w-12 text-right text-ink-soft">
                  {formatRatio(step.conversionRatio)}
                </span>
              </span>
            </div>
            <svg aria-hidden="true" width="100%" height="20" className="block rounded-[0.375rem] bg-sunken">
              {step.count > 0 && (
                <rect
                  width={`${Math.min(first > 0 ? step.count / first : 0, 1) * 100}%`}
                  height="20"
                  rx="4"
                  fill="var(--color-series-1)"
                />
              )}
            </svg>
          </li>
        )
      })}
    </ol>
  )
}

function DropOff({ from, to }: { from: number; to: number }) {
  const lost = from - to
  // Steps are reached in any order, so a later one can hold more people than the one before it.
  const text =
    lost >= 0
      ? `${formatCount(lost)} dropped off (${formatRatio(toRatio(lost, from))})`
      : `${formatCount(-lost)} more than the step before`
  return (
    <p className="figures flex items-center gap-2 py-0.5 pl-[1.1rem] text-ink-faint text-xs">
      <span aria-hidden="true">↓</span>
      {text}
    </p>
  )
}
