import type { DishArt } from './recipes'

const CENTER = { x: 200, y: 100 }
/** Neighbours on this spiral never line up: https://en.wikipedia.org/wiki/Golden_angle */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))
const PIECE_COUNT = 26

/** A drawing of a dish. Decorative: the recipe's title stands beside it. */
export function Dish({ art, className }: { art: DishArt; className?: string }) {
  const foodRadius = art.kind === 'plate' ? 52 : 62
  return (
    <svg viewBox="0 0 400 200" preserveAspectRatio="xMidYMid slice" aria-hidden="true" className={className}>
      <rect width="400" height="200" fill={art.background} />
      <circle cx={CENTER.x + 4} cy={CENTER.y + 8} r="80" fill="#000" opacity="0.12" />
      {art.kind === 'pan' ? (
        <>
          <rect x="268" y="89" width="140" height="22" rx="11" fill="#292524" />
          <circle cx={CENTER.x} cy={CENTER.y} r="78" fill="#292524" />
          <circle cx={CENTER.x} cy={CENTER.y} r="71" fill="#44403c" />
        </>
      ) : (
        <>
          <circle cx={CENTER.x} cy={CENTER.y} r="78" fill="#fff" />
          <circle cx={CENTER.x} cy={CENTER.y} r={art.kind === 'plate' ? 59 : 71} fill="#e7e5e4" />
        </>
      )}
      <circle cx={CENTER.x} cy={CENTER.y} r={foodRadius + 4} fill={art.base} />
      {Array.from({ length: PIECE_COUNT }, (_, index) => index).map((index) => (
        <Piece
          key={index}
          index={index}
          radius={foodRadius - 8}
          color={art.accents[index % art.accents.length] ?? ''}
        />
      ))}
    </svg>
  )
}

function Piece({ index, radius, color }: { index: number; radius: number; color: string }) {
  const distance = radius * Math.sqrt((index + 0.5) / PIECE_COUNT)
  const angle = index * GOLDEN_ANGLE
  // Rounded, because the last digits of sine and cosine differ between the server's engine and some browsers'.
  const x = Math.round(CENTER.x + distance * Math.cos(angle))
  const y = Math.round(CENTER.y + distance * Math.sin(angle))
  const turn = `rotate(${(index * 47) % 360} ${x} ${y})`
  switch (index % 4) {
    case 0:
      return <circle cx={x} cy={y} r="9" fill={color} />
    case 1:
      return <path d={`M${x - 13} ${y}q13 -13 26 0q-13 13 -26 0z`} fill={color} transform={turn} />
    case 2:
      return <rect x={x - 10} y={y - 3} width="20" height="6" rx="3" fill={color} transform={turn} />
    default:
      return <circle cx={x} cy={y} r="5" fill={color} opacity="0.85" />
  }
}
