import type { OpenApiDocument } from '@/lib/contracts/openapi'
import { OperationSection } from './operation-section'

/** The whole API to read: a list of what there is, then each method by itself. */
export function ApiReference({ document }: { document: OpenApiDocument }) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }))
  return (
    <div className="grid gap-10 lg:grid-cols-[16rem_minmax(0,1fr)]">
      <nav
        aria-label="Methods"
        className="text-[0.8125rem] lg:sticky lg:top-6 lg:max-h-[calc(100vh-3rem)] lg:self-start lg:overflow-y-auto"
      >
        {groups.map(({ name, operations: own }) => (
          <details key={name} className="border-line border-b py-2">
            <summary className="cursor-pointer py-1 font-medium">
              {name} <span className="text-ink-faint">({own.length})</span>
            </summary>
            <ul className="flex flex-col py-1">
              {own.map(({ method, path, operation }) => (
                <li key={operation.operationId}>
                  <a
                    href={`#${operation.operationId}`}
                    className="block break-words rounded-control px-2 py-1.5 font-mono text-xs hover:bg-sunken"
                  >
                    <span className="uppercase">{method}</span> {path.replace('/api/', '')}
                  </a>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </nav>
      <div className="flex min-w-0 flex-col gap-12">
        {groups.map(({ name, description, operations: own }) => (
          <section key={name} aria-labelledby={`group-${name}`} className="flex min-w-0 flex-col gap-6">
            <header>
              <h2 id={`group-${name}`} className="font-semibold text-xl tracking-tight">
                {name}
              </h2>
              <p className="mt-1 text-ink-soft text-sm">{description}</p>
            </header>
            {own.map(({ method, path, operation }) => (
              <OperationSection
                key={operation.operationId}
                method={method}
                path={path}
                operation={operation}
                schemas={document.components.schemas}
              />
            ))}
          </section>
        ))}
      </div>
    </div>
  )
}
