import { type ProjectPolicy, toProjectPolicy } from '../contracts/project-policy'
import type { ActorId } from '../core/ids'
import { truncateAddress } from '../core/ip-address'
import { toActorId } from './actor-id'
import { lacksBrowserHeaders, namesHeadless, toBotReasons } from './bot-reasons'
import type { CollectRequest, RowContext, Sender } from './collect-request'
import { type Agent, parseAgent } from './parse-agent'
import { toScrubber } from './scrubber'
import { cutText, toStorableId } from './storable-text'
import { NO_VISITOR, type ReadVisitorSalt, readVisitorKeys, type VisitorKeys } from './visitor-key'

/** Longest user agent that is looked at or kept. */
const AGENT_LENGTH_MAX = 1_024

/**
 * Step: what the rows of a batch share. A server's own address and agent say nothing about its users: with a secret key
 * both come from the context, with a publishable one from the request alone, whatever the context claims.
 */
export async function readRowContext(
  request: CollectRequest,
  sender: Sender,
  readVisitorSalt: ReadVisitorSalt,
): Promise<RowContext> {
  const policy = toProjectPolicy(sender.project.settings)
  const defaults = request.batch.context ?? {}
  const isSecret = sender.kind === 'secret'
  const said = isSecret ? defaults.userAgent : request.headers.get('user-agent')
  const userAgent = toStorableId(cutText(said ?? '', AGENT_LENGTH_MAX))
  const address = (isSecret ? defaults.ip : request.address) || null
  const agent = parseAgent(userAgent)
  const isGpc = asksForPrivacy(request.headers, policy)
  return {
    sender,
    defaults,
    receivedMs: request.receivedMs,
    isGpc,
    agent,
    ignoredUserIds: policy.ignoredUserIds,
    botReasons: toSenderReasons(request, sender, agent),
    country: isSecret ? null : request.country,
    userAgent: policy.keepsUserAgents ? userAgent : null,
    ip: policy.keepsAddresses && address !== null ? truncateAddress(address) : null,
    visitorKeys:
      isGpc || defaults.consent === 'full' || address === null || userAgent === null
        ? NO_VISITOR
        : await readKeys(request, sender, { address, userAgent }, readVisitorSalt),
    scrubber: toScrubber(policy),
    toActorId: rememberActors(sender.project.hashKey),
  }
}

/** Whether the sender asks, in a way the project honours, that nothing may tie two of its rows together. */
export function asksForPrivacy(
  headers: Pick<Headers, 'get'>,
  { honoursGpc, honoursDnt }: Pick<ProjectPolicy, 'honoursGpc' | 'honoursDnt'>,
): boolean {
  return (honoursGpc && headers.get('sec-gpc') === '1') || (honoursDnt && headers.get('dnt') === '1')
}

// Of a server only the agent that it names for its user says anything; its own headers and network are a program's.
function toSenderReasons({ headers, batch, isDataCentre }: CollectRequest, { kind }: Sender, agent: Agent) {
  const isBrowser = kind === 'publishable'
  return toBotReasons({
    isNamedBot: agent.isBot,
    isNamedHeadless: isBrowser && namesHeadless(headers),
    isDriven: isBrowser && batch.context?.webdriver === true,
    lacksBrowserHeaders: isBrowser && lacksBrowserHeaders(headers, agent),
    isInDataCentre: isBrowser && isDataCentre,
  })
}

function readKeys(
  { headers, receivedMs }: CollectRequest,
  { project }: Sender,
  from: { address: string; userAgent: string },
  readVisitorSalt: ReadVisitorSalt,
): Promise<VisitorKeys> {
  const siteHost = /^https?:\/\/([^/]+)$/i.exec(headers.get('origin') ?? '')?.[1]?.toLowerCase() ?? ''
  return readVisitorKeys({ projectId: project.id, ...from, siteHost }, receivedMs, readVisitorSalt)
}

function rememberActors(hashKey: string): (message: string) => ActorId {
  const actors = new Map<string, ActorId>()
  return (message) => {
    const known = actors.get(message)
    if (known) return known
    const actor = toActorId(hashKey, message)
    actors.set(message, actor)
    return actor
  }
}
