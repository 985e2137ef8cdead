import { expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { call } from './store-rows'

describeStores('get_visitor_salt', (store) => {
  const readSalt = (day: number | null) => call<string>(store, 'get_visitor_salt', { p_day: day })
  const today = async () => {
    const [row] = await store.sql<{ day: number }>('select floor(extract(epoch from now()) / 86400)::int as day')
    return row?.day ?? 0
  }

  test('makes a salt for the first who asks, and gives all others the same', async () => {
    const day = await today()
    const salts = await Promise.all(Array.from({ length: 10 }, () => readSalt(day)))
    expect(salts[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(salts).size).toBe(1)
    expect(new Set([...salts, await readSalt(day - 1), await readSalt(day + 1)]).size).toBe(3)
  })

  test('refuses days whose salt was destroyed or has no use yet', async () => {
    const day = await today()
    for (const refused of [day - 2, day + 2, null]) {
      await expect(readSalt(refused)).rejects.toMatchObject({ code: '22023' })
    }
    expect(await store.sql('select day from public.visitor_salts where abs(day - $1) > 1', [day])).toEqual([])
  })

  test('destroys the salts of days that began 48 hours ago with each new day', async () => {
    const day = await today()
    await store.sql(`
      delete from public.visitor_salts;
      insert into public.visitor_salts (day) values (${day - 30}), (${day - 2}), (${day - 1})`)
    await readSalt(day)
    expect(await store.sql('select day from public.visitor_salts order by day')).toEqual([{ day: day - 1 }, { day }])
  })

  test('needs no caller to destroy them: the job does', async () => {
    const day = await today()
    await store.sql(`insert into public.visitor_salts (day) values (${day - 2})`)
    expect(await call(store, 'purge_visitor_salts')).toBe(1)
    expect(await call(store, 'purge_visitor_salts')).toBe(0)
  })
})
