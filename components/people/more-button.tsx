import type { PagesState } from '../data/use-pages'
import { Button } from '../ui/button'

/** Reads the next page of a list; nothing after the last. */
export function MoreButton({
  pages,
  label,
}: {
  pages: Pick<PagesState<unknown>, 'hasMore' | 'readMore' | 'isRefreshing'>
  label: string
}) {
  if (!pages.hasMore) return null
  return (
    <Button size="small" className="self-start" disabled={pages.isRefreshing} onClick={pages.readMore}>
      {pages.isRefreshing ? 'Reading …' : label}
    </Button>
  )
}
