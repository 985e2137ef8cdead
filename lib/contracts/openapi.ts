/** A schema in the dialect that OpenAPI 3.1 shares with JSON Schema 2020-12. */
export type JsonSchema = { [key: string]: unknown }

/** A document of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). */
export type OpenApiDocument = {
  openapi: '3.1.0'
  info: {
    title: string
    version: string
    summary: string
    description: string
    license: { name: string; identifier: string }
  }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, JsonSchema>; responses: object; securitySchemes: object }
}

/** One operation of the document. */
export type OpenApiOperation = {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: OpenApiParameter[]
  requestBody?: object
  responses: Record<string, object>
}

/** One parameter of an operation. */
export type OpenApiParameter = {
  name: string
  in: 'query' | 'path'
  required: boolean
  description?: string
  schema: JsonSchema
}
