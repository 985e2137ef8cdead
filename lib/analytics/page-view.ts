let lastPathname: string | undefined

/**
 * Sends one page view per navigation through `sendPage`: a second call for the path shown (React's double effects, a
 * replaced history entry, a changed query) is none. A page that is prerendered counts when it is shown.
 */
export function recordPageView(sendPage: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', () => recordPageView(sendPage), { once: true })
    return
  }
  if (location.pathname === lastPathname) return
  lastPathname = location.pathname
  sendPage()
}

/** Calls `sendPage` when the page comes back from the back/forward cache: that is a new view of the same path. */
export function onPageRestore(sendPage: () => void): void {
  addEventListener('pageshow', (event) => {
    if (event.persisted) sendPage()
  })
}
