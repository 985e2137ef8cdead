import { expect, test } from 'vitest'
import { erasureAnswer, erasureList, personSummary, verifyReceiptAnswer } from '../../../../lib/contracts/people'
import { describeStores } from '../../../support/store'
import { prepareInstall, toEvent } from '../install'

describeStores('the rights of people', (store) => {
  const install = prepareInstall(store)
  const person = { userId: 'ann-7' }
  const admin = () => ({ cookie: install.cookies.admin })
  const server = () => ({ authorization: `Bearer ${install.secretKey}` })

  const send = async (events: object[]) => {
    const response = await install.call('POST', '/api/analytics/events', { headers: server(), body: { events } })
    return (await response.json()).data
  }
  const ask = async (path: string, body: unknown, headers: Record<string, string> = admin()) => {
    const response = await install.call('POST', path, { headers, body })
    expect([path, response.status]).toEqual([path, 200])
    return (await response.json()).data
  }

  test('are kept over HTTP: looked up, exported, erased with a receipt, and gone for good', async () => {
    const visited = toEvent({ anonymousId: 'laptop' })
    const identified = { ...toEvent(), type: 'identify', ...person, anonymousId: 'laptop', traits: { plan: 'pro' } }
    await send([visited, identified, toEvent({ userId: 'bob-9' })])

    const summary = personSummary.parse(await ask('/api/people/lookup', person))
    expect(summary).toMatchObject({
      counts: { user_events: 1, identifications: 1, user_profiles: 1 },
      profile: { externalId: 'ann-7', traits: { plan: 'pro' } },
    })

    const download = await install.call('POST', '/api/people/export', { headers: server(), body: person })
    expect(download.headers.get('content-disposition')).toBe('attachment; filename="person.json"')
    expect(download.headers.get('content-type')).toMatch(/^application\/json/)
    const { tables } = (await download.json()) as { tables: Record<string, { id: string }[]> }
    expect(tables.user_events?.map(({ id }) => id)).toEqual([visited.id])

    const { receipt } = erasureAnswer.parse(await ask('/api/people/erase', person))
    expect(receipt).toMatchObject({ actorCount: 2, rows: { user_events: 1, user_profiles: 1 } })
    expect(await ask('/api/people/lookup', person)).toBeNull()
    expect(await ask('/api/people/lookup', { anonymousId: 'laptop' })).toBeNull()
    expect(await ask('/api/people/lookup', { userId: 'bob-9' })).not.toBeNull()
    expect(await send([visited, identified])).toMatchObject({ accepted: 0, duplicates: 2 })

    const verified = await ask('/api/people/verify-receipt', { jws: receipt.jws, person }, server())
    expect(verifyReceiptAnswer.parse(verified)).toMatchObject({ isValid: true, isSubject: true })
    const listed = await install.call('GET', '/api/people/erasures', { headers: admin() })
    const { items } = erasureList.parse((await listed.json()).data)
    expect(items).toMatchObject([
      { id: receipt.id, status: 'finished', jws: receipt.jws, requestedBy: `member ${install.memberIds.admin}` },
    ])
  })

  test('belong to admins: who may read the reports learns and erases nothing', async () => {
    for (const path of ['lookup', 'export', 'erase']) {
      for (const role of ['viewer', 'operator'] as const) {
        const headers = { cookie: install.cookies[role] }
        const response = await install.call('POST', `/api/people/${path}`, { headers, body: person })
        expect([path, role, response.status]).toEqual([path, role, 403])
      }
    }
  })

  test('end at the project: another one’s key finds nobody and verifies nothing', async () => {
    await send([toEvent({ userId: 'eve' })])
    const headers = { authorization: `Bearer ${install.otherSecretKey}` }
    expect(await ask('/api/people/lookup', { userId: 'eve' }, headers)).toBeNull()
    const { receipt } = await ask('/api/people/erase', { userId: 'eve' }, headers)
    expect(receipt.rows.user_events).toBe(0)
    expect(await ask('/api/people/lookup', { userId: 'eve' })).not.toBeNull()
    expect(await ask('/api/people/verify-receipt', { jws: receipt.jws })).toMatchObject({ isValid: false })
  })

  test('ask for one person at a time', async () => {
    for (const body of [{}, { userId: 'a', anonymousId: 'b' }, { userId: '' }, { actorId: 'a' }]) {
      const response = await install.call('POST', '/api/people/erase', { headers: admin(), body })
      expect(response.status).toBe(422)
    }
  })
})
