import { formatRatio } from '../format/format-number'

type DistributionBarProps = {
  /** Shares of the samples, 0..1, that add up to 1; null without samples. */
  good: number | null
  needsImprovement: number | null
  poor: number | null
}

/** How the samples of a vital spread over its three classes, best on the left; an empty track without samples. */
export function DistributionBar({ good, needsImprovement, poor }: DistributionBarProps) {
  if (good === null || needsImprovement === null || poor === null) {
    return <div className="h-2 rounded-full bg-sunken" />
  }
  // SVG lengths instead of inline styles: the content security policy may forbid style attributes.
  const parts = [
    { name: 'good', from: 0, share: good, fill: 'var(--color-good-fill)' },
    { name: 'needs improvement', from: good, share: needsImprovement, fill: 'var(--color-warn-fill)' },
    { name: 'poor', from: good + needsImprovement, share: poor, fill: 'var(--color-poor-fill)' },
  ]
  const label = parts.map(({ name, share }) => `${formatRatio(share)} ${name}`).join(', ')
  return (
    <svg role="img" aria-label={label} width="100%" height="8" className="block overflow-hidden rounded-full bg-sunken">
      {parts
        .filter(({ share }) => share > 0)
        .map(({ name, from, share, fill }) => (
          <rect
            key={name}
            x={`${from * 100}%`}
            width={`${share * 100}%`}
            height="8"
            fill={fill}
            stroke="var(--color-surface)"
            strokeWidth={share < 1 ? 1 : 0}
          />
        ))}
    </svg>
  )
}
