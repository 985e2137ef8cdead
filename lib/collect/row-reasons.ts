import type { BotReason } from '../contracts/bot-reasons'
import type { RowContext } from './collect-request'

/**
 * Step: why a row is left out of the numbers; null when it counts. What speaks for a bot behind the sender, and that the
 * project ignores the row's user (the id exactly as sent).
 */
export function toRowReasons(
  userId: string | null,
  { botReasons, ignoredUserIds }: Pick<RowContext, 'botReasons' | 'ignoredUserIds'>,
): readonly BotReason[] | null {
  if (userId === null || !ignoredUserIds.includes(userId)) return botReasons
  return [...(botReasons ?? []), 'own_traffic']
}
