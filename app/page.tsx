import ArrowRight from 'lucide-react/icons/arrow-right'
import Bot from 'lucide-react/icons/bot'
import ChartNoAxesColumn from 'lucide-react/icons/chart-no-axes-column'
import Database from 'lucide-react/icons/database'
import Filter from 'lucide-react/icons/filter'
import Gauge from 'lucide-react/icons/gauge'
import ShieldCheck from 'lucide-react/icons/shield-check'
import { cookies } from 'next/headers'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { toScriptTag } from '@/components/panels/snippets'
import { Brand } from '@/components/shell/brand'
import { SkipLink } from '@/components/shell/skip-link'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { parseTheme, THEME_COOKIE } from '@/components/ui/theme'
import { ThemeToggle } from '@/components/ui/theme-toggle'

const REACT_WIRING = `// app/layout.tsx: page views by route pattern, and web vitals
import { GrowthProvider } from '@/components/growth-stack/growth-provider'

<GrowthProvider>{children}</GrowthProvider>

// any client component
import { useGrowthAnalytics } from '@/lib/analytics/growth'

const { track, conversion, identify } = useGrowthAnalytics()
track('recipe_clicked', { position: 3 })
conversion('Recipe Discovery', 'recipe_viewed')`

const MEASURES = [
  {
    Icon: Gauge,
    name: 'Web vitals',
    text: 'LCP, INP, CLS, FCP and TTFB of real visits, judged at the 75th percentile, per route.',
  },
  {
    Icon: ChartNoAxesColumn,
    name: 'Events',
    text: 'Page views, your own events and the people behind them, linked when they sign in.',
  },
  {
    Icon: Filter,
    name: 'Funnels',
    text: 'Who reaches which step, and where the others are lost on the way.',
  },
  { Icon: Bot, name: 'AI calls', text: 'Requests, errors, latency, tokens and cost, by model and by endpoint.' },
  {
    Icon: Database,
    name: 'Queries',
    text: 'How fast your database answers, how much comes from the cache, and which queries are slow.',
  },
] as const

const PROMISES = [
  'Without further consent nothing outlives the tab: no cookie, no stored identity.',
  'Visits sent under Global Privacy Control count in totals and can be tied to nobody.',
  'Network addresses and browser strings are not stored unless a project turns that on; addresses are then cut short.',
  'Addresses of pages lose their query strings, save campaign tags (utm_*).',
  'Known bots are marked with the reason and left out of every number.',
  'Everything stays in your own Postgres. The dashboard asks no other site for anything.',
] as const

/** The start page: what this is, the demo, the dashboard, and how to measure a site of one's own. */
export default async function HomePage() {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <>
      <SkipLink />
      <header className="border-line border-b bg-surface">
        <div className="mx-auto flex max-w-6xl items-center flex-wrap justify-between gap-x-4 gap-y-1 px-4 py-2.5 sm:px-6">
          <Brand />
          <nav aria-label="Main" className="flex items-center gap-1 text-[0.8125rem]">
            <HeaderLink href="/demo">Demo</HeaderLink>
            <HeaderLink href="/admin">Dashboard</HeaderLink>
            <ThemeToggle initial={theme} />
          </nav>
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto flex max-w-6xl flex-col gap-20 px-4 py-14 outline-none sm:px-6 sm:py-24"
      >
        <Hero />
        <Measures />
        <Setup />
        <Privacy />
      </main>
      <footer className="border-line border-t px-4 py-6 text-center text-ink-faint text-xs">
        Growth Stack, open source under the MIT licence ·{' '}
        <Link href="/docs/api" className="underline underline-offset-2">
          API
        </Link>
      </footer>
    </>
  )
}

function HeaderLink({ href, children }: { href: '/demo' | '/admin'; children: ReactNode }) {
  return (
    <Link href={href} className="rounded-control px-3 py-2 font-medium text-ink-soft hover:bg-sunken hover:text-ink">
      {children}
    </Link>
  )
}

function Hero() {
  return (
    <div className="flex flex-col items-start gap-6">
      <h1 className="max-w-3xl text-balance font-semibold text-4xl leading-[1.1] tracking-tight sm:text-5xl">
        See how fast your product feels, and what people do with it
      </h1>
      <p className="max-w-2xl text-pretty text-base text-ink-soft leading-7 sm:text-lg">
        Growth Stack is analytics that you run yourself, for teams on Next.js and Supabase. Page speed, events, funnels,
        AI calls and database queries on one dashboard, in your own Postgres.
      </p>
      <div className="flex flex-wrap gap-3">
        <Button asChild variant="primary" size="large">
          <Link href="/demo">
            Click through the demo
            <ArrowRight aria-hidden="true" className="size-4" />
          </Link>
        </Button>
        <Button asChild size="large">
          <Link href="/admin">Open the dashboard</Link>
        </Button>
      </div>
      <p className="max-w-xl text-ink-faint text-sm">
        The demo is a small meal-planning site. Browse a few recipes there, then open the dashboard: it shows your own
        clicks and the speed of your own page loads. Nothing on it is made up.
      </p>
    </div>
  )
}

function Measures() {
  return (
    <section aria-labelledby="measures" className="flex flex-col gap-6">
      <h2 id="measures" className="font-semibold text-xl tracking-tight">
        What it measures
      </h2>
      <ul className="grid gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-2 lg:grid-cols-5">
        {MEASURES.map(({ Icon, name, text }) => (
          <li key={name} className="flex flex-col gap-2 bg-surface p-5 sm:max-lg:last:col-span-2">
            <Icon aria-hidden="true" className="size-5 text-accent" />
            <h3 className="font-medium">{name}</h3>
            <p className="text-[0.8125rem] text-ink-soft">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Setup() {
  return (
    <section aria-labelledby="setup" className="flex flex-col gap-6">
      <h2 id="setup" className="font-semibold text-xl tracking-tight">
        Add it to your site
      </h2>
      <ol className="grid gap-x-12 gap-y-8 lg:grid-cols-[2fr_3fr] lg:grid-rows-[auto_1fr] lg:[&>:last-child]:col-start-2 lg:[&>:last-child]:row-span-2 lg:[&>:last-child]:row-start-1">
        <SetupStep index={1} title="Make a key">
          <p>
            Open the{' '}
            <Link href="/admin/settings" className="font-medium text-accent underline underline-offset-2">
              settings
            </Link>
            , make a publishable key, and add your site’s address to the allowed origins.
          </p>
        </SetupStep>
        <SetupStep index={2} title="Any website: one line">
          <CodeBlock label="In the head of your pages" code={toScriptTag('https://HOST', 'pk_…')} />
          <p>
            Page views and web vitals follow by themselves, in single-page apps, too. An attribute such as{' '}
            <code className="font-mono text-xs">data-growth-event="signup_clicked"</code> records a click.
          </p>
        </SetupStep>
        <SetupStep index={3} title="Or a Next.js app: one element">
          <CodeBlock label="TypeScript" code={REACT_WIRING} />
        </SetupStep>
      </ol>
    </section>
  )
}

function SetupStep({ index, title, children }: { index: number; title: string; children: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col gap-3 text-ink-soft text-sm">
      <h3 className="flex items-center gap-2.5 font-medium text-ink">
        <span
          aria-hidden="true"
          className="figures grid size-6 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs"
        >
          {index}
        </span>
        {title}
      </h3>
      {children}
    </li>
  )
}

function Privacy() {
  return (
    <section aria-labelledby="privacy" className="flex flex-col gap-6">
      <h2 id="privacy" className="flex items-center gap-2.5 font-semibold text-xl tracking-tight">
        <ShieldCheck aria-hidden="true" className="size-5 text-good" />
        What happens to your visitors’ data
      </h2>
      <ul className="grid gap-x-10 gap-y-3 text-ink-soft text-sm md:grid-cols-2">
        {PROMISES.map((promise) => (
          <li key={promise} className="border-line border-l-2 pl-4">
            {promise}
          </li>
        ))}
      </ul>
    </section>
  )
}
