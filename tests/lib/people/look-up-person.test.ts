import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { personSummary } from '../../../lib/contracts/people'
import { parkDeadLetters } from '../../../lib/database/dead-letters'
import { lookUpPerson } from '../../../lib/people/look-up-person'
import { describeStores } from '../../support/store'
import { LIVED, live, openProject } from './traces'

const AT = Date.UTC(2026, 2, 10, 12)
const ann = { userId: 'ann-7', anonymousIds: ['ann-laptop', 'ann-phone'] }
const bob = { userId: 'bob-9', anonymousIds: ['bob-laptop', 'bob-phone'] }

describeStores('looking up a person', (store) => {
  let projects = 0
  const open = () => openProject(store, `look-up-${++projects}`)

  test('finds the same person by each of their ids, and says what is stored of them alone', async () => {
    const project = await open()
    await live(project, ann, AT)
    await live(project, bob, AT + 5)
    const own = toActorId(project.hashKey, ann.userId)
    const browsers = ann.anonymousIds.map((id) => toActorId(project.hashKey, id))
    const [laptop = own] = browsers
    const summary = await lookUpPerson(project, { userId: ann.userId })
    expect(personSummary.parse(summary)).toEqual({
      actorIds: [own, ...browsers.sort()],
      profile: {
        userId: toActorId(project.hashKey, ann.userId),
        externalId: 'ann-7',
        traits: { name: 'Name of ann-7' },
        firstSeenMs: AT,
        lastActivityMs: AT,
        totalEvents: 1,
        featuresUsed: ['clicked'],
      },
      counts: LIVED,
      firstSeenMs: AT - 1,
      lastSeenMs: AT,
    })
    expect(await lookUpPerson(project, { anonymousId: 'ann-phone' })).toEqual(summary)
    expect(await lookUpPerson(project, { actorId: laptop })).toEqual(summary)
  })

  test('is null for who never came, here or in another project', async () => {
    const [project, other] = [await open(), await open()]
    await live(other, ann, AT)
    expect(await lookUpPerson(project, { userId: ann.userId })).toBeNull()
    expect(await lookUpPerson(project, { userId: 'nobody' })).toBeNull()
  })

  test('finds who left nothing but a refused row, without times', async () => {
    const project = await open()
    const actorId = toActorId(project.hashKey, 'a')
    const row = { id: crypto.randomUUID(), actorId, timestamp: AT, type: 'event', event: '' }
    await parkDeadLetters(project.id, 'events', [{ row, reason: 'refused_by_store' }])
    expect(await lookUpPerson(project, { anonymousId: 'a' })).toMatchObject({
      counts: { dead_letters: 1, user_events: 0 },
      profile: null,
      firstSeenMs: null,
      lastSeenMs: null,
    })
  })
})
