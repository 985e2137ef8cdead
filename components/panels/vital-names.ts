import type { Vital } from '@/lib/core/vitals'

/** How each vital is called and what it tells, in the words of https://web.dev/articles/vitals. */
export const VITAL_NAMES: Readonly<Record<Vital, { short: string; full: string; tells: string }>> = {
  lcp: { short: 'LCP', full: 'Largest Contentful Paint', tells: 'how soon the main content is there' },
  inp: { short: 'INP', full: 'Interaction to Next Paint', tells: 'how fast the page answers a tap, click or key' },
  cls: { short: 'CLS', full: 'Cumulative Layout Shift', tells: 'how much the page jumps while it is used' },
  fcp: { short: 'FCP', full: 'First Contentful Paint', tells: 'how soon anything at all is there' },
  ttfb: { short: 'TTFB', full: 'Time to First Byte', tells: 'how fast the server answers' },
}

/** Why a vital can be missing although pages were loaded. */
export const VITAL_ABSENCE: Readonly<Record<Vital, string>> = {
  lcp: 'No page load reported an LCP in this period',
  inp: 'Nobody tapped, clicked or typed on a measured page in this period',
  cls: 'No Chromium browser reported CLS in this period; other browsers do not measure it',
  fcp: 'No page load reported an FCP in this period',
  ttfb: 'No page load reported a TTFB in this period',
}
