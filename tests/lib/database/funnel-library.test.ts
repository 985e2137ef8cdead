import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { funnelDefinition } from '@/lib/contracts/funnel-library'
import type { ProjectId } from '@/lib/core/ids'
import {
  createSavedFunnel,
  deleteSavedFunnel,
  readSavedFunnel,
  readSavedFunnels,
  updateSavedFunnel,
} from '@/lib/database/funnel-library'
import { describeStores } from '../../support/store'

const [OWN, OTHER] = [901, 902] as ProjectId[] as [ProjectId, ProjectId]
const definition = funnelDefinition.parse({ steps: [{ event: 'a' }, { event: 'b' }], window: '90s' })

describeStores('saved funnels', (store) => {
  beforeAll(async () => {
    for (const id of [OWN, OTHER]) {
      await store.sql(
        "insert into public.projects (id, slug, name) overriding system value values ($1::integer, ($1::integer)::text, 'x')",
        [id],
      )
    }
  })

  test('a funnel is kept as it can be asked, by name, in its project alone', async () => {
    const second = await createSavedFunnel(OWN, { name: 'zebra', definition })
    const first = await createSavedFunnel(OWN, { name: 'Ant', definition })
    await createSavedFunnel(OTHER, { name: 'Ant', definition })
    expect((await readSavedFunnels(OWN)).map(({ id }) => id)).toEqual([first.id, second.id])
    expect(funnelDefinition.parse(first.definition)).toEqual(definition)
    expect(await readSavedFunnel(OTHER, first.id)).toBeNull()
    expect(await updateSavedFunnel(OTHER, first.id, { name: 'stolen' })).toBeNull()
    expect(await deleteSavedFunnel(OTHER, first.id)).toBe(false)
  })

  test('a name that is taken is a conflict, also by a change; what is not named stays', async () => {
    await createSavedFunnel(OWN, { name: 'taken', definition })
    const { id } = await createSavedFunnel(OWN, { name: 'free', definition })
    await expect(createSavedFunnel(OWN, { name: 'taken', definition })).rejects.toMatchObject({ code: 'conflict' })
    await expect(updateSavedFunnel(OWN, id, { name: 'taken' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await updateSavedFunnel(OWN, id, { definition: { ...definition, window: 60_000 } })).toMatchObject({
      name: 'free',
      definition: { window: '60s' },
    })
    expect(await updateSavedFunnel(OWN, randomUUID(), { name: 'x' })).toBeNull()
  })
})
