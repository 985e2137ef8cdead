import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { ApiReference } from '@/components/docs/api-reference'
import { Brand } from '@/components/shell/brand'
import { SkipLink } from '@/components/shell/skip-link'
import { parseTheme, THEME_COOKIE } from '@/components/ui/theme'
import { ThemeToggle } from '@/components/ui/theme-toggle'
import { readOpenApiDocument } from '@/lib/http/openapi-document'

export const metadata: Metadata = { title: 'API' }

/** The API to read, made from the same contracts as /api/openapi.json. Open to everybody. */
export default async function ApiPage() {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  const document = readOpenApiDocument()
  return (
    <>
      <SkipLink />
      <header className="border-line border-b bg-surface">
        <div className="mx-auto flex max-w-6xl items-center justify-between gap-4 px-4 py-2.5 sm:px-6">
          <Brand />
          <ThemeToggle initial={theme} />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto flex max-w-6xl flex-col gap-8 px-4 py-10 outline-none sm:px-6">
        <div className="flex max-w-3xl flex-col gap-3">
          <h1 className="font-semibold text-2xl tracking-tight">API</h1>
          <p className="text-ink-soft text-sm">
            Success answers <code>{'{ "data": … }'}</code>, failure{' '}
            <code>{'{ "error": { "code", "message", "requestId" } }'}</code>. Times are ISO 8601 with an offset, or Unix
            milliseconds. Without <code>project</code> a secret key speaks of its own project, a member of{' '}
            <code>default</code>.
          </p>
          <p className="text-sm">
            <a href="/api/openapi.json" className="font-medium underline underline-offset-2">
              The same as OpenAPI 3.1
            </a>
          </p>
        </div>
        <ApiReference document={document} />
      </main>
    </>
  )
}
