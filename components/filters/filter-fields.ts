import AppWindow from 'lucide-react/icons/app-window'
import Cpu from 'lucide-react/icons/cpu'
import File from 'lucide-react/icons/file'
import Globe from 'lucide-react/icons/globe'
import Link2 from 'lucide-react/icons/link-2'
import Megaphone from 'lucide-react/icons/megaphone'
import MonitorSmartphone from 'lucide-react/icons/monitor-smartphone'
import UsersRound from 'lucide-react/icons/users-round'
import type { ComponentType } from 'react'
import { formatCountry, formatDevice } from '../format/format-dimension'
import type { FilterName } from './parse-report-filters'

export type FilterField = {
  name: FilterName
  label: string
  Icon: ComponentType<{ className?: string; 'aria-hidden'?: 'true' }>
  /** The report whose values are offered. */
  source: 'segments' | 'pages' | 'audience' | 'sources'
  /** A value as people read it. */
  format: (value: string) => string
}

const asIs = (value: string) => value

/** What figures can be narrowed to, in the order in which it is offered. */
export const FILTER_FIELDS_SHOWN: readonly FilterField[] = [
  { name: 'segment', label: 'Segment', Icon: UsersRound, source: 'segments', format: asIs },
  { name: 'route', label: 'Page', Icon: File, source: 'pages', format: asIs },
  { name: 'country', label: 'Country', Icon: Globe, source: 'audience', format: formatCountry },
  { name: 'device', label: 'Device', Icon: MonitorSmartphone, source: 'audience', format: formatDevice },
  { name: 'browser', label: 'Browser', Icon: AppWindow, source: 'audience', format: asIs },
  { name: 'os', label: 'System', Icon: Cpu, source: 'audience', format: asIs },
  { name: 'referrer', label: 'Referrer', Icon: Link2, source: 'sources', format: asIs },
  { name: 'utm_source', label: 'Campaign source', Icon: Megaphone, source: 'sources', format: asIs },
]
