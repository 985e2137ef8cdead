import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import Info from 'lucide-react/icons/info'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

const TONES = {
  neutral: { look: 'border-line bg-sunken text-ink-soft', Icon: Info },
  good: { look: 'border-good/30 bg-good-soft text-good', Icon: CircleCheck },
  poor: { look: 'border-poor/30 bg-poor-soft text-poor', Icon: CircleAlert },
} as const

type NoticeProps = { tone?: keyof typeof TONES; children: ReactNode; className?: string }

/** An inline message about what just happened. Failures interrupt a screen reader, the rest waits its turn. */
export function Notice({ tone = 'neutral', children, className }: NoticeProps) {
  const { look, Icon } = TONES[tone]
  return (
    <div
      role={tone === 'poor' ? 'alert' : 'status'}
      className={classNames(
        'flex items-start gap-2 rounded-control border px-3 py-2 text-[0.8125rem]',
        look,
        className,
      )}
    >
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 grow">{children}</div>
    </div>
  )
}
