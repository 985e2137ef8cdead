import { z } from 'zod'
import { defineRoute, type RouteCall } from '@/lib/http/define-route'
import { passToStore } from '@/lib/http/store-pass-through'

// The local store's REST interface for product code in a browser; who may do what is the store's row level security.
const declaration = { permission: 'public', params: z.object({ path: z.array(z.string()) }) } as const
const pass = ({ request, params }: RouteCall<unknown, unknown, { path: string[] }>) => passToStore(request, params.path)

export const GET = defineRoute('/supabase/rest/v1/[...path]', declaration, pass)
export const HEAD = defineRoute('/supabase/rest/v1/[...path]', declaration, pass)
export const POST = defineRoute('/supabase/rest/v1/[...path]', declaration, pass)
export const PATCH = defineRoute('/supabase/rest/v1/[...path]', declaration, pass)
export const DELETE = defineRoute('/supabase/rest/v1/[...path]', declaration, pass)
