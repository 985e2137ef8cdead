import type { LiveEvent } from '@/lib/contracts/live'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { formatBucketTick } from '../format/format-time'

/** Events as they arrived, the latest first. New ones are not announced one by one: they come by the dozen. */
export function LiveStream({ events, timezone }: { events: readonly LiveEvent[]; timezone: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
    <section aria-label="Events, the latest first" tabIndex={0} className="max-h-128 overflow-y-auto">
      <ol className="flex flex-col">
        {events.map(({ id, timestampMs, event, route, country, device }) => (
          <li
            key={id}
            className="flex min-h-9 items-center gap-3 border-line/70 border-b py-1.5 text-[0.8125rem] last:border-b-0"
          >
            <time dateTime={new Date(timestampMs).toISOString()} className="figures shrink-0 text-ink-faint text-xs">
              {formatBucketTick(timestampMs, 'minute', timezone)}
            </time>
            <span className="min-w-0 grow">
              <span className="block truncate font-medium" title={event}>
                {event === '$pageview' ? 'Page view' : event}
              </span>
              {route && (
                <span className="block truncate text-ink-soft text-xs" title={route}>
                  {route}
                </span>
              )}
            </span>
            <span className="shrink-0 text-right text-ink-soft text-xs">
              {[device && formatDevice(device), country && formatCountry(country)].filter(Boolean).join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
