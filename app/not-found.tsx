import { NothingHere } from '@/components/shell/nothing-here'

/** Shown for every address that leads nowhere. */
export default function NotFound() {
  return (
    <main id="main">
      <NothingHere />
    </main>
  )
}
