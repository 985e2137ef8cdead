import { z } from 'zod'
import { defineRoute } from '@/lib/http/define-route'
import { passToStore } from '@/lib/http/store-pass-through'

/** The local store's REST interface for product code in a browser; who may do what is the store's row level security. */
const pass = defineRoute(
  '/supabase/rest/v1/[...path]',
  { permission: 'public', params: z.object({ path: z.array(z.string()) }) },
  ({ request, params }) => passToStore(request, params.path),
)

export { pass as DELETE, pass as GET, pass as HEAD, pass as PATCH, pass as POST }
