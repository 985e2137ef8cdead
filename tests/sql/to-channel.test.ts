import { expect, test } from 'vitest'
import { describeStores } from '../support/store'

type Origin = { referrer?: string; source?: string; medium?: string; campaign?: string; own?: string[] }

const CASES: readonly [string, Origin][] = [
  ['Direct', {}],
  ['Direct', { source: '(direct)', medium: '(none)' }],
  ['Direct', { referrer: 'https://www.shop.example/cart', own: ['shop.example'] }],
  ['Organic Search', { referrer: 'https://www.google.com/' }],
  ['Organic Search', { referrer: 'https://www.google.co.uk/' }],
  ['Organic Search', { referrer: 'https://duckduckgo.com/' }],
  ['Organic Search', { referrer: 'https://de.search.yahoo.com/' }],
  ['Organic Search', { referrer: 'android-app://com.google.android.googlequicksearchbox/' }],
  ['Organic Search', { source: 'Google', medium: 'organic' }],
  ['Paid Search', { source: 'google', medium: 'cpc' }],
  ['Paid Search', { referrer: 'https://www.google.com/', source: 'spring', medium: 'paidsearch' }],
  ['Organic Social', { referrer: 'https://l.facebook.com/' }],
  ['Organic Social', { referrer: 'https://t.co/abc' }],
  ['Organic Social', { referrer: 'https://news.ycombinator.com/item' }],
  ['Organic Social', { source: 'club', medium: 'Social-Media' }],
  ['Paid Social', { source: 'facebook', medium: 'paid_social' }],
  ['Organic Video', { referrer: 'https://www.youtube.com/' }],
  ['Paid Video', { source: 'tiktok', medium: 'cpm' }],
  ['Organic Shopping', { referrer: 'https://www.amazon.de/' }],
  ['Paid Shopping', { source: 'google', medium: 'cpc', campaign: 'Summer shopping' }],
  ['Email', { medium: 'email', source: 'may' }],
  ['Email', { referrer: 'https://mail.google.com/' }],
  ['Email', { source: 'newsletter' }],
  ['AI Assistants', { referrer: 'https://chatgpt.com/' }],
  ['AI Assistants', { source: 'chatgpt.com' }],
  ['AI Assistants', { referrer: 'https://gemini.google.com/app' }],
  ['AI Assistants', { referrer: 'https://www.perplexity.ai/' }],
  ['Affiliates', { source: 'partner', medium: 'affiliate' }],
  ['Display', { source: 'adnetwork', medium: 'banner' }],
  ['Paid Other', { source: 'adnetwork', medium: 'cpc' }],
  ['Cross-network', { source: 'google', medium: 'cpc', campaign: 'Cross-network' }],
  ['Audio', { source: 'podcast', medium: 'audio' }],
  ['SMS', { source: 'sms' }],
  ['Mobile Push Notifications', { source: 'app', medium: 'webpush' }],
  ['Referral', { referrer: 'https://blog.example/post' }],
  ['Referral', { referrer: 'https://mygoogle.com.example/' }],
  ['Referral', { referrer: 'http://localhost:3000/' }],
  ['Unassigned', { source: 'flyer' }],
]

const HOSTS: readonly [string | null, string | null][] = [
  ['https://www.Example.com/a?b#c', 'example.com'],
  ['https://user:secret@example.com:8080/', 'example.com'],
  ['example.com', 'example.com'],
  ['example.com/path', 'example.com'],
  ['http://localhost:3000/', 'localhost'],
  ['/only/a/path', null],
  ['', null],
  [null, null],
  ['not a host', null],
]

describeStores('to_channel', (store) => {
  test('names the channel of every kind of origin, in the order of its rules', async () => {
    const rows = await store.sql<{ channel: string }>(
      `select public.to_channel(
         o ->> 'referrer', o ->> 'source', o ->> 'medium', o ->> 'campaign',
         coalesce((select array_agg(h) from jsonb_array_elements_text(o -> 'own') as h), '{}')
       ) as channel
       from jsonb_array_elements($1::text::jsonb) with ordinality as given (o, position)
       order by position`,
      [JSON.stringify(CASES.map(([, origin]) => origin))],
    )
    expect(rows.map(({ channel }, index) => [channel, CASES[index]?.[1]])).toEqual(CASES.map((each) => [...each]))
  })

  test('reads the host of a referrer, and none where there is none', async () => {
    const rows = await store.sql<{ host: string | null }>(
      `select public.to_referrer_host(given.referrer #>> '{}') as host
       from jsonb_array_elements($1::text::jsonb) with ordinality as given (referrer, position)
       order by position`,
      [JSON.stringify(HOSTS.map(([referrer]) => referrer))],
    )
    expect(rows.map(({ host }, index) => [HOSTS[index]?.[0], host])).toEqual(HOSTS)
  })

  test('takes the hosts of the allowed origins for pages of the project itself', async () => {
    await store.sql(
      `update public.projects set allowed_origins = '{https://www.shop.example,http://localhost:3000}' where id = 1`,
    )
    const [own] = await store.sql<{ hosts: string[] }>('select public.get_own_hosts(1) as hosts')
    expect(own?.hosts).toEqual(['localhost', 'shop.example'])
  })
})
