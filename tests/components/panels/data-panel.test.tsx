import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { RequestError } from '@/components/data/request-error'
import { DataPanel, type PanelState } from '@/components/panels/data-panel'

const error = new RequestError('The store is away.', { code: 'store_unavailable', status: 503, requestId: 'r-1' })
const IDLE = { data: undefined, error: undefined, isLoading: false, isRefreshing: false }

const render = (state: Partial<PanelState<number[]>>) =>
  renderToStaticMarkup(
    <DataPanel
      id="numbers"
      title="Numbers"
      state={{ ...IDLE, ...state }}
      onRetry={() => {}}
      isEmpty={(numbers) => numbers.length === 0}
      empty={{ title: 'No number', content: <p>Count something.</p> }}
      skeleton={<p>skeleton</p>}
    >
      {(numbers) => <p>sum {numbers.length}</p>}
    </DataPanel>,
  )

describe('a panel', () => {
  it('that loads says so and holds its room', () => {
    const html = render({ isLoading: true })
    expect(html).toContain('Loading Numbers')
    expect(html).toContain('skeleton')
    expect(html).toContain('aria-busy="true"')
  })

  it('that failed says why, what to quote, and offers another try', () => {
    const html = render({ error })
    for (const text of ['The store is away.', 'store_unavailable', 'r-1', 'Try again']) expect(html).toContain(text)
    expect(html).not.toContain('skeleton')
  })

  it('without anything says what to do next', () => {
    expect(render({ data: [] })).toContain('Count something.')
  })

  it('keeps what it shows when a refresh fails, and says that it is not fresh', () => {
    const html = render({ data: [1, 2], error })
    expect(html).toContain('sum 2')
    expect(html).toContain('Not refreshed')
  })
})
