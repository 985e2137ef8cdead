import { expect, test } from 'vitest'
import { causesQuery, performanceCauses } from '@/lib/contracts/performance-causes'
import { readPerformanceCauses } from '@/lib/insights/performance-causes'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1, 16)

describeStores('readPerformanceCauses', (store) => {
  test('phases of INP add up to 1 and stand in the order in which they happen', async () => {
    const project = createProject(nextProject())
    const press = (inp: number, interactionTarget: string, script: string) => ({
      project_id: project.id,
      timestamp: NOW - 1,
      navigation_type: 'navigate',
      inp,
      attribution: {
        inp: {
          interactionTarget,
          interactionType: 'pointer',
          inputDelay: 10,
          processingDuration: inp - 30,
          presentationDelay: 20,
          loadState: 'complete',
          longestScriptUrl: script,
          longestScriptSubpart: 'event-listener',
          longestScriptDuration: inp / 2,
        },
      },
    })
    await insert(store, 'performance_metrics', [press(130, '#buy', '/a.js'), press(630, '#buy', '/b.js')])
    const causes = await readPerformanceCauses(project, causesQuery.parse({ metric: 'inp' }), NOW)
    expect(performanceCauses.parse(causes)).toEqual(causes)
    expect(causes).toMatchObject({ metric: 'inp', count: 2, isWhole: true })
    expect(causes.parts).toEqual([
      { part: 'inputDelay', p75: 10, share: 0.026316, count: 2 },
      { part: 'processingDuration', p75: 600, share: 0.921053, count: 2 },
      { part: 'presentationDelay', p75: 20, share: 0.052632, count: 2 },
    ])
    expect(causes.causes).toEqual([
      { kind: 'target', value: '#buy', count: 2, slowCount: 1, p75: 630 },
      { kind: 'eventType', value: 'pointer', count: 2, slowCount: 1, p75: 630 },
      { kind: 'script', value: '/b.js', count: 1, slowCount: 1, p75: 315 },
      { kind: 'script', value: '/a.js', count: 1, slowCount: 0, p75: 65 },
      { kind: 'scriptPart', value: 'event-listener', count: 2, slowCount: 1, p75: 315 },
      { kind: 'loadState', value: 'complete', count: 2, slowCount: 1, p75: 630 },
    ])
  })

  test('without causes everything is empty', async () => {
    const causes = await readPerformanceCauses(createProject(nextProject()), causesQuery.parse({ metric: 'cls' }), NOW)
    expect(causes).toMatchObject({ metric: 'cls', count: 0, isWhole: true, parts: [], causes: [] })
  })
})
