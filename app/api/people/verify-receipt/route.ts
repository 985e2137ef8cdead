import { projectOf } from '@/app/api/analytics/project-of'
import { verifyReceiptRequest } from '@/lib/contracts/people'
import { defineRoute } from '@/lib/http/define-route'
import { verifyReceipt } from '@/lib/people/verify-receipt'

/** Whether a receipt of an erasure is genuine, and what it says. */
export const POST = defineRoute(
  '/api/people/verify-receipt',
  { permission: 'people.read', body: verifyReceiptRequest },
  (call) => verifyReceipt(projectOf(call), call.body),
)
