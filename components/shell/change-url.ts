'use client'

/**
 * Sets parameters of the page's address, or takes them out for null. The change is one step in the browser's history, made
 * without asking the server for the page again.
 */
export function changeUrlParams(params: Readonly<Record<string, string | null>>): void {
  const url = new URL(window.location.href)
  for (const [name, value] of Object.entries(params)) {
    if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  if (url.href === window.location.href) return
  // Next keeps useSearchParams in step with the History API:
  // https://nextjs.org/docs/app/getting-started/linking-and-navigating#native-history-api
  window.history.pushState(null, '', url)
}

/** Sets one parameter of the page's address, or takes it out for null. */
export function changeUrl(name: string, value: string | null): void {
  changeUrlParams({ [name]: value })
}
