import { describe, expect, it } from 'vitest'
import { parseIngestUrl } from '@/components/ingest/parse-ingest-url'

const parse = (search: string) => parseIngestUrl(new URLSearchParams(search))

describe('the ingestion page’s address', () => {
  it('carries the span of the figures and the range of bots', () => {
    expect(parse('span=24h&bots=30d')).toMatchObject({ span: { minutes: 1_440 }, botRange: '30d' })
  })

  it('falls back to an hour and a week', () => {
    for (const search of ['', 'span=2y&bots=1h']) {
      expect(parse(search)).toMatchObject({ span: { minutes: 60 }, botRange: '7d' })
    }
  })
})
