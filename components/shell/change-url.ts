'use client'

/**
 * Sets one parameter of the page's address, or takes it out for null. The change is a step in the browser's history, made
 * without asking the server for the page again.
 */
export function changeUrl(name: string, value: string | null): void {
  const url = new URL(window.location.href)
  if (value === null) url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  // Next keeps useSearchParams in step with the History API:
  // https://nextjs.org/docs/app/getting-started/linking-and-navigating#native-history-api
  window.history.pushState(null, '', url)
}
