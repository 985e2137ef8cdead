import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A website that is not ours: plain HTML on an origin of its own, with our script tag in its head. */
export type OtherSite = { origin: string; close(): Promise<void> }

/** Serves the same page at every address of a new origin. `attributes` are further ones of the script tag. */
export async function startOtherSite(productUrl: string, publishableKey: string, attributes = ''): Promise<OtherSite> {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <title>A bakery</title>
    <script defer src="${productUrl}/t.js" data-key="${publishableKey}" ${attributes}></script>
  </head>
  <body>
    <h1>A bakery</h1>
    <button data-growth-event="newsletter_opened">Newsletter</button>
    <button id="prices" onclick="history.pushState(null, '', '/prices')">Prices</button>
    <button id="order" onclick="growth.track('bread_ordered', { loaves: 2 })">Order</button>
  </body>
</html>`
  const server = createServer((request, response) => {
    const isPage = request.headers.accept?.includes('text/html')
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(isPage ? html : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
