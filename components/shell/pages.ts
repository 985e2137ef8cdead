import ChartLine from 'lucide-react/icons/chart-line'
import Funnel from 'lucide-react/icons/funnel'
import Gauge from 'lucide-react/icons/gauge'
import Inbox from 'lucide-react/icons/inbox'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import Puzzle from 'lucide-react/icons/puzzle'
import Radio from 'lucide-react/icons/radio'
import RouteIcon from 'lucide-react/icons/route'
import Settings from 'lucide-react/icons/settings'
import Users from 'lucide-react/icons/users'
import UsersRound from 'lucide-react/icons/users-round'
import type { ComponentType } from 'react'

export type AdminPage = {
  path: string
  name: string
  Icon: ComponentType<{ className?: string; 'aria-hidden'?: 'true' }>
  /** Shown to admins only, because nobody else may read what is there. */
  isForAdmins?: true
}

/** The pages behind sign-in in the order of the navigation, grouped by what one comes for. */
export const PAGE_GROUPS: readonly { name: string; pages: readonly AdminPage[] }[] = [
  {
    name: 'Now',
    pages: [
      { path: '/admin', name: 'Overview', Icon: LayoutDashboard },
      { path: '/admin/live', name: 'Live', Icon: Radio },
    ],
  },
  {
    name: 'Understand',
    pages: [
      { path: '/admin/vitals', name: 'Vitals', Icon: Gauge },
      { path: '/admin/funnels', name: 'Funnels', Icon: Funnel },
      { path: '/admin/retention', name: 'Retention', Icon: ChartLine },
      { path: '/admin/features', name: 'Features', Icon: Puzzle },
      { path: '/admin/paths', name: 'Paths', Icon: RouteIcon },
    ],
  },
  {
    name: 'People',
    pages: [
      { path: '/admin/people', name: 'People', Icon: Users, isForAdmins: true },
      { path: '/admin/segments', name: 'Segments', Icon: UsersRound },
    ],
  },
  {
    name: 'Operate',
    pages: [
      { path: '/admin/ingest', name: 'Ingestion', Icon: Inbox },
      { path: '/admin/settings', name: 'Settings', Icon: Settings },
    ],
  },
]

const ROOT = '/admin'

/** The page that an address belongs to: its own, or the one it lies below (a person below people); null for none. */
export function toCurrentPage(pathname: string): AdminPage | null {
  const pages = PAGE_GROUPS.flatMap((group) => group.pages)
  return pages.find(({ path }) => pathname === path || (path !== ROOT && pathname.startsWith(`${path}/`))) ?? null
}
