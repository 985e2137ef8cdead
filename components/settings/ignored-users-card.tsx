'use client'

import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { LinesCard } from './lines-card'

type IgnoredUsersCardProps = { settings: ProjectSettings; canChange: boolean }

/** Users whose events are no measurement: the team itself, test accounts, monitors. */
export function IgnoredUsersCard({ settings, canChange }: IgnoredUsersCardProps) {
  return (
    <LinesCard
      title="Ignored users"
      description="Your own team and test accounts, on every device where they are signed in. What they do from now on is marked as own traffic: left out of every number, like bots, and just as easily counted after all."
      label="User ids"
      hint="One per line, exactly as your application names them to identify()"
      placeholder="user_4711"
      lines={settings.settings.ignoredUserIds}
      canChange={canChange}
      path="settings.ignoredUserIds"
      save={async (ignoredUserIds) =>
        (await updateProject(settings.slug, { settings: { ignoredUserIds } })).settings.ignoredUserIds
      }
    />
  )
}
