'use client'

import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { LinesCard } from './lines-card'

type OriginsCardProps = { settings: ProjectSettings; canChange: boolean }

/** Which websites may send to this project with its publishable key. */
export function OriginsCard({ settings, canChange }: OriginsCardProps) {
  return (
    <LinesCard
      title="Allowed origins"
      description="Websites whose visitors may send to this project. This install’s own pages always may; any other origin is refused with 403 and nothing is stored."
      label="Origins"
      hint="One per line, scheme and host without a path: https://shop.example"
      placeholder="https://shop.example"
      lines={settings.allowedOrigins}
      canChange={canChange}
      path="allowedOrigins"
      save={async (allowedOrigins) => (await updateProject(settings.slug, { allowedOrigins })).allowedOrigins}
    />
  )
}
