/**
 * Evidence that no person stands behind a row, as stored with it. `user_agent`: the agent names itself a bot. `headless`: a
 * program drives the browser. `missing_headers`: the agent claims to be a browser and lacks headers that it always sends.
 * `data_centre`: the address belongs to a hosting network. `own_traffic`: no bot, but a user whom the project ignores; left
 * out of the numbers in the same way.
 */
export const BOT_REASONS = ['user_agent', 'headless', 'missing_headers', 'data_centre', 'own_traffic'] as const
export type BotReason = (typeof BOT_REASONS)[number]
