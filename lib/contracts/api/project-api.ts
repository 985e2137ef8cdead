import { z } from 'zod'
import {
  createdMember,
  createdProjectKey,
  member,
  memberPatch,
  memberRequest,
  projectKey,
  projectKeyRequest,
  projectSettings,
  projectSettingsPatch,
} from '../project-settings'
import { sessionAnswer, signInRequest } from '../session'
import type { ApiOperations } from './operation'

/** Sessions, projects, keys and members. */
export const PROJECT_API = {
  'GET /api/auth/refresh': {
    summary:
      'The same for a page on its way (proxy.ts): goes on to `next` with a fresh session, else to sign-in without one.',
    permission: 'public',
    query: z.object({ next: z.string().optional() }),
    status: 307,
  },
  'POST /api/auth/refresh': {
    summary: 'A fresh session from the refresh cookie; 401 when it is spent or absent.',
    permission: 'public',
    answer: sessionAnswer,
  },
  'GET /api/auth/session': {
    summary: 'Who is signed in, and in which projects with which role.',
    permission: 'session.read',
    answer: sessionAnswer,
  },
  'POST /api/auth/sign-in': {
    summary: 'Signs in with e-mail and password; the tokens go into HttpOnly cookies.',
    permission: 'public',
    body: signInRequest,
    answer: sessionAnswer,
  },
  'POST /api/auth/sign-out': {
    summary:
      'Ends the session here and at Auth. The cookies go even when Auth does not answer: the person asked to leave.',
    permission: 'public',
    status: 204,
  },
  'GET /api/projects/[slug]': {
    summary: "A project's settings, as they are now.",
    permission: 'project.read',
    answer: projectSettings,
  },
  'PATCH /api/projects/[slug]': {
    summary: 'Changes what is given and answers the settings as they are then. The collector follows within seconds.',
    permission: 'project.update',
    body: projectSettingsPatch,
    answer: projectSettings,
  },
  'GET /api/projects/[slug]/keys': {
    summary: "The project's keys, the revoked and expired too, each by its first characters.",
    permission: 'keys.read',
    answer: z.array(projectKey),
  },
  'POST /api/projects/[slug]/keys': {
    summary:
      'Makes a key, with an expiry if one is given (422 unless it is to come); this answer alone shows it whole.',
    permission: 'keys.manage',
    body: projectKeyRequest,
    answer: createdProjectKey,
    status: 201,
  },
  'DELETE /api/projects/[slug]/keys/[id]': {
    summary: 'Revokes a key for good; the collector follows within ten seconds. 404 for one that is revoked already.',
    permission: 'keys.manage',
    params: z.object({ id: z.guid() }),
    status: 204,
  },
  'POST /api/projects/[slug]/keys/[id]/rotate': {
    summary:
      'Replaces a key by a new one of the same kind, label and lifetime from now; this answer alone shows it whole. 404 for an expired one.',
    permission: 'keys.manage',
    params: z.object({ id: z.guid() }),
    answer: createdProjectKey,
    status: 201,
  },
  'GET /api/projects/[slug]/members': {
    summary: "The project's members.",
    permission: 'members.read',
    answer: z.array(member),
  },
  'POST /api/projects/[slug]/members': {
    summary: 'Adds a member. Who has no account gets one; its first password is in this answer alone.',
    permission: 'members.manage',
    body: memberRequest,
    answer: createdMember,
    status: 201,
  },
  'DELETE /api/projects/[slug]/members/[id]': {
    summary: 'Takes a member out of the project; 409 when it would be left without an admin. The account stays.',
    permission: 'members.manage',
    params: z.object({ id: z.guid() }),
    status: 204,
  },
  'PATCH /api/projects/[slug]/members/[id]': {
    summary: "Changes a member's role; 409 when the project would be left without an admin.",
    permission: 'members.manage',
    params: z.object({ id: z.guid() }),
    body: memberPatch,
    answer: member,
  },
} as const satisfies ApiOperations
