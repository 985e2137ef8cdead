// Loaded before a child's own code: when the launcher is gone (even by kill -9) its end of the channel closes, and the
// child stops as if it had been asked to, instead of holding its port for ever.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
