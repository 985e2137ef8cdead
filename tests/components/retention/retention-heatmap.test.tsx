import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { RetentionHeatmap } from '@/components/charts/retention-heatmap'

const render = (figures: 'ratio' | 'people') =>
  renderToStaticMarkup(
    <RetentionHeatmap
      caption="People who came back"
      cohortLabel="Cohort"
      columns={['Day 0', 'Day 1']}
      rows={[
        { name: 'Mon', counts: [4, 1], completeCount: 1 },
        { name: 'Tue', counts: [0], completeCount: 1 },
      ]}
      averageRatios={[1, 0.25]}
      figures={figures}
    />,
  )

test('is a table with headings for rows and columns, and says which cells still run', () => {
  const html = render('ratio')
  expect(html).toContain('<caption class="sr-only">People who came back</caption>')
  expect(html.match(/scope="row"/g)).toHaveLength(3)
  expect(html.match(/scope="col"/g)).toHaveLength(4)
  expect(html).toContain('1 of 4, still running')
  expect(html).toContain('25%')
})

test('shows people instead when asked; a cohort of nobody has no share', () => {
  expect(render('people')).toContain('>1<')
  expect(render('ratio')).toContain('–')
})
