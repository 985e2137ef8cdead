/** The script tag for any website; `host` is where this install is reached, `key` a publishable key. */
export function toScriptTag(host: string, key: string): string {
  return `<script defer src="${host}/t.js" data-key="${key}"></script>`
}

/** How product code marks a funnel's step. */
export const FUNNEL_SNIPPET = `const { conversion } = useGrowthAnalytics()

conversion('Recipe Discovery', 'recipe_viewed')`

/** How a server reports one call to a model. */
export const AI_SNIPPET = `await fetch('https://HOST/api/analytics/ai-performance', {
  method: 'POST',
  headers: { Authorization: \`Bearer \${process.env.GROWTH_SECRET_KEY}\` },
  body: JSON.stringify({
    metrics: [
      { requestId, timestamp: startedAtMs, endpoint: '/api/chat', model,
        tokens, duration, success: true, cacheHit: false, costUsd },
    ],
  }),
})`

/** How a server reports one database query. */
export const DATABASE_SNIPPET = `await fetch('https://HOST/api/analytics/database-performance', {
  method: 'POST',
  headers: { Authorization: \`Bearer \${process.env.GROWTH_SECRET_KEY}\` },
  body: JSON.stringify({
    metrics: [
      { id: crypto.randomUUID(), timestamp: startedAtMs,
        query: 'select … from recipes where id = $1', duration, rows },
    ],
  }),
})`
