/** The product's sign and name; where room is short the name is there for screen readers alone. */
export function Brand({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2.5 whitespace-nowrap font-semibold text-[0.9375rem] tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6">
        <rect width="32" height="32" rx="8" fill="var(--color-accent)" />
        <g fill="var(--color-on-accent)">
          <rect x="7" y="18" width="4.5" height="7" rx="1.5" />
          <rect x="13.75" y="12.5" width="4.5" height="12.5" rx="1.5" />
          <rect x="20.5" y="7" width="4.5" height="18" rx="1.5" />
        </g>
      </svg>
      <span className={isShort ? 'sr-only' : undefined}>Growth Stack</span>
    </span>
  )
}
