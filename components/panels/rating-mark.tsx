import CircleCheck from 'lucide-react/icons/circle-check'
import OctagonX from 'lucide-react/icons/octagon-x'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import type { VitalRating } from '@/lib/core/vitals'
import { Badge } from '../ui/badge'

const RATINGS = {
  good: { text: 'Good', tone: 'good', look: 'text-good', Icon: CircleCheck },
  needsImprovement: { text: 'Needs improvement', tone: 'warn', look: 'text-warn', Icon: TriangleAlert },
  poor: { text: 'Poor', tone: 'poor', look: 'text-poor', Icon: OctagonX },
} as const

/** A rating in words with its sign; the three signs differ by shape, not only by colour. */
export function RatingBadge({ rating }: { rating: VitalRating | null }) {
  if (rating === null) return <Badge>No data</Badge>
  const { text, tone, Icon } = RATINGS[rating]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden="true" className="size-3" />
      {text}
    </Badge>
  )
}

/** A rating's sign alone, for dense places; its words are there for screen readers and on hover. */
export function RatingSign({ rating }: { rating: VitalRating | null }) {
  if (rating === null) return null
  const { text, look, Icon } = RATINGS[rating]
  return (
    <span title={text} className={`inline-flex align-[-2px] ${look}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      <span className="sr-only">{text}</span>
    </span>
  )
}
