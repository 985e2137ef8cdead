import { defineRoute } from '@/lib/http/define-route'
import { readOpenApiDocument } from '@/lib/http/openapi-document'

/** This API as a document of OpenAPI 3.1, made from the contracts that its routes check. */
export const GET = defineRoute('/api/openapi.json', { permission: 'public', isCrossOrigin: true }, () =>
  Response.json(readOpenApiDocument()),
)
