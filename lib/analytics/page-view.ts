let lastPathname: string | undefined

/**
 * Sends one page view per navigation through `sendPage`: a second call for the path shown (React's double effects, a
 * replaced history entry, a changed query) is none, unless the page `isRestored` from the back/forward cache. A page that
 * is prerendered counts when it is shown.
 */
export function recordPageView(sendPage: () => void, isRestored?: boolean): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', () => recordPageView(sendPage))
  } else if (isRestored || location.pathname !== lastPathname) {
    lastPathname = location.pathname
    sendPage()
  }
}
