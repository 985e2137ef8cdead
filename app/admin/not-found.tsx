import { NothingHere } from '@/components/shell/nothing-here'

/** Shown inside the admin frame for a project that does not exist or is not the member's to see. */
export default function AdminNotFound() {
  return <NothingHere />
}
