import type { TimelineEvent } from '@/lib/contracts/timeline'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { formatDuration } from '../format/format-number'
import { formatBucketTick, formatMoment } from '../format/format-time'
import { Badge } from '../ui/badge'
import { toValueText } from './person-name'
import { toVisits, type Visit } from './to-visits'

/** A timeline by visits: when, from where, and each event with what it carried. */
export function VisitList({ items, timezone }: { items: readonly TimelineEvent[]; timezone: string }) {
  return (
    <ol className="flex flex-col gap-6">
      {toVisits(items).map((visit) => (
        <li key={`${visit.endMs} ${visit.items[0]?.id}`} className="flex flex-col gap-1.5">
          <VisitHead visit={visit} timezone={timezone} />
          <ol className="flex flex-col border-line border-l pl-4">
            {visit.items.map((item) => (
              <Item key={`${item.kind} ${item.id}`} item={item} timezone={timezone} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  )
}

function VisitHead({ visit: { startMs, endMs, items }, timezone }: { visit: Visit; timezone: string }) {
  const first = items.at(-1)
  const where = [
    first?.device && formatDevice(first.device),
    first?.browser,
    first?.os,
    first?.country && formatCountry(first.country),
    first?.referrer && `from ${first.referrer}`,
  ].filter(Boolean)
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-[0.8125rem]">
      <span className="figures font-semibold">{formatMoment(startMs, timezone)}</span>
      {endMs > startMs && <span className="figures text-ink-soft">{formatDuration(endMs - startMs)}</span>}
      <span className="min-w-0 break-words text-ink-faint text-xs">{where.join(' · ')}</span>
    </p>
  )
}

function Item({ item, timezone }: { item: TimelineEvent; timezone: string }) {
  const properties = Object.entries(item.properties)
  return (
    <li className="flex min-w-0 gap-3 py-1.5 text-[0.8125rem]">
      <time
        dateTime={new Date(item.timestampMs).toISOString()}
        className="figures shrink-0 pt-px text-ink-faint text-xs"
      >
        {formatBucketTick(item.timestampMs, 'minute', timezone)}
      </time>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="break-all font-medium">{item.name === '$pageview' ? 'Page view' : item.name}</span>
          {item.kind === 'conversion' && <Badge tone="accent">conversion</Badge>}
          {item.route && <span className="break-all text-ink-soft text-xs">{item.route}</span>}
        </p>
        {properties.length > 0 && (
          <dl className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs">
            {properties.map(([key, value]) => (
              <div key={key} className="flex min-w-0 gap-1">
                <dt className="shrink-0 text-ink-faint">{key}</dt>
                <dd className="min-w-0 break-all text-ink-soft">{toValueText(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}
