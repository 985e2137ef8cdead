import type { JsonSchema, OpenApiOperation, OpenApiParameter } from '@/lib/contracts/openapi'
import { Cell, HeaderCell, Table } from '../ui/table'
import { toTypeText } from './type-text'

type OperationProps = {
  method: string
  path: string
  operation: OpenApiOperation
  schemas: Readonly<Record<string, JsonSchema>>
}

/** One method of the API: what it does, who may call it, what it asks and what it answers. */
export function OperationSection({ method, path, operation, schemas }: OperationProps) {
  const { operationId, description, parameters = [] } = operation
  const body = readSchema(operation.requestBody)
  const [status = '200', success] = Object.entries(operation.responses)[0] ?? []
  const answer = readSchema(success)
  const types = readTypes(operation.requestBody)
  return (
    <section aria-labelledby={operationId} className="flex min-w-0 flex-col gap-3 border-line border-t pt-6">
      <h3 id={operationId} className="scroll-mt-6 break-words font-mono text-sm">
        <span className="mr-2 rounded-control border border-line-strong px-1.5 py-0.5 font-semibold text-xs uppercase">
          {method}
        </span>
        {path}
      </h3>
      <p className="max-w-3xl text-[0.8125rem] text-ink-soft">
        {description.split('`').map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}
      </p>
      {parameters.length > 0 && <Parameters parameters={parameters} schemas={schemas} name={`${method} ${path}`} />}
      {body && <Source label="Body" text={toTypeText(body, schemas)} />}
      {!body && types.length > 0 && <p className="text-[0.8125rem]">Body: a file ({types.join(', ')}).</p>}
      {answer ? (
        <Source label={`Answer ${status}`} text={toTypeText(answer, schemas)} />
      ) : (
        <p className="text-[0.8125rem]">
          Answer {status}
          {readTypes(success).length > 0 && `: a file (${readTypes(success).join(', ')})`}.
        </p>
      )}
      <Source label="Try it" text={toCurl(method, path, operation)} isOpen />
    </section>
  )
}

const SOURCE = 'overflow-x-auto border-line border-t px-3 py-2.5 font-mono text-[0.8125rem] leading-5'

// Not the product's code block: a copy button for each of two hundred texts would send every one of them twice.
function Source({ label, text, isOpen = false }: { label: string; text: string; isOpen?: boolean }) {
  return (
    <details open={isOpen} className="min-w-0 rounded-control border border-line bg-sunken">
      <summary className="cursor-pointer px-3 py-2 text-ink-soft text-xs">{label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1) */}
      <pre tabIndex={0} className={SOURCE}>
        <code>{text}</code>
      </pre>
    </details>
  )
}

function Parameters({
  parameters,
  schemas,
  name,
}: Pick<OperationProps, 'schemas'> & { parameters: readonly OpenApiParameter[]; name: string }) {
  return (
    <Table caption={`Parameters of ${name}`}>
      <thead>
        <tr>
          <HeaderCell>Parameter</HeaderCell>
          <HeaderCell>In</HeaderCell>
          <HeaderCell>Type</HeaderCell>
          <HeaderCell>Default</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {parameters.map((each) => (
          <tr key={each.name}>
            <Cell className="font-mono">
              {each.name}
              {each.required && <span className="ml-1 font-sans text-ink-faint">required</span>}
            </Cell>
            <Cell>{each.in}</Cell>
            <Cell className="font-mono">{toTypeText(each.schema, schemas)}</Cell>
            <Cell className="font-mono">
              {each.schema.default === undefined ? '' : JSON.stringify(each.schema.default)}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

type Content = { content?: Record<string, { schema?: JsonSchema }> } | undefined

function readSchema(holder: object | undefined): JsonSchema | undefined {
  return (holder as Content)?.content?.['application/json']?.schema
}

function readTypes(holder: object | undefined): string[] {
  return Object.keys((holder as Content)?.content ?? {})
}

function toCurl(method: string, path: string, { security, requestBody }: OpenApiOperation): string {
  const needsKey = !security.some((each) => Object.keys(each).length === 0)
  const isFile = requestBody !== undefined && readSchema(requestBody) === undefined
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$GROWTH_URL${path}"`,
    ...(needsKey ? ['  -H "Authorization: Bearer $GROWTH_SECRET_KEY"'] : []),
    ...(isFile
      ? ['  --data-binary @FILE']
      : requestBody
        ? ["  -H 'Content-Type: application/json' -d @body.json"]
        : []),
  ].join(' \\\n')
}
