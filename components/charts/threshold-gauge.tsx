import { VITAL_THRESHOLDS, type Vital } from '@/lib/core/vitals'
import { formatVital } from '../format/format-number'
import { toTickText } from './axis-ticks'

/** The scale ends half as far again as "poor" begins; a value beyond sits at the end. */
const SCALE_END = 1.5

/** Where a vital's value lies on the scale of its two thresholds. The value itself is written beside it by the caller. */
export function ThresholdGauge({ vital, value }: { vital: Vital; value: number | null }) {
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  const end = needsImprovement * SCALE_END
  const toPercent = (at: number) => `${Math.min(at / end, 1) * 100}%`
  return (
    <svg aria-hidden="true" width="100%" height="30" className="block overflow-visible">
      <rect x="0" y="5" width={toPercent(good)} height="4" rx="2" fill="var(--color-good-fill)" opacity="0.55" />
      <rect
        x={toPercent(good)}
        y="5"
        width={toPercent(needsImprovement - good)}
        height="4"
        fill="var(--color-warn-fill)"
        opacity="0.55"
      />
      <rect
        x={toPercent(needsImprovement)}
        y="5"
        width={toPercent(end - needsImprovement)}
        height="4"
        rx="2"
        fill="var(--color-poor-fill)"
        opacity="0.55"
      />
      {[good, needsImprovement].map((threshold) => (
        <g key={threshold}>
          <rect x={toPercent(threshold)} y="3" width="1" height="8" fill="var(--color-line-strong)" />
          <text
            x={toPercent(threshold)}
            y="25"
            textAnchor="middle"
            fontSize="11"
            fill="var(--color-ink-faint)"
            className="figures"
          >
            {toTickText(formatVital(vital, threshold))}
          </text>
        </g>
      ))}
      {value !== null && (
        <circle
          cx={toPercent(value)}
          cy="7"
          r="5.5"
          fill="var(--color-ink)"
          stroke="var(--color-surface)"
          strokeWidth="2"
        />
      )}
    </svg>
  )
}
