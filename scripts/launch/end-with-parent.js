// Loaded before a child's own code.
import { subscribe } from 'node:diagnostics_channel'

// When the launcher is gone (even by kill -9) its end of the channel closes, and the child stops as if it had been asked to,
// instead of holding its port for ever.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

// A server that was told to close waits for its connections, and a client that keeps one busy would make it wait for ever:
// under steady traffic Next did not end within 15 s. So each connection ends with the answer to the request it carries.
subscribe('http.server.request.start', ({ server, response }) => {
  if (!server.listening) response.shouldKeepAlive = false
})
