import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let recordPageView: typeof import('@/lib/analytics/page-view').recordPageView
let views: string[]
const send = () => views.push(location.pathname)
const go = (pathname: string, isRestored = false) => {
  location.pathname = pathname
  recordPageView(send, isRestored)
}

beforeEach(async () => {
  vi.resetModules()
  views = []
  Object.assign(globalThis, { document: new EventTarget(), location: { pathname: '/' } })
  recordPageView = (await import('@/lib/analytics/page-view')).recordPageView
})
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document')
  Reflect.deleteProperty(globalThis, 'location')
})

test('each change of path is one view, however often it is reported', () => {
  for (const pathname of ['/', '/', '/one', '/one', '/', '/one']) go(pathname)
  expect(views).toEqual(['/', '/one', '/', '/one'])
})

test('a page restored from the back/forward cache is a view of the same path', () => {
  go('/')
  go('/', true)
  expect(views).toEqual(['/', '/'])
})

test('a prerendered page counts when it is shown, once', () => {
  Object.assign(document, { prerendering: true })
  go('/')
  expect(views).toEqual([])
  Object.assign(document, { prerendering: false })
  document.dispatchEvent(new Event('prerenderingchange'))
  expect(views).toEqual(['/'])
})
