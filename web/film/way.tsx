import { useEffect, useRef, useState } from 'preact/hooks'
import { brief } from '../shared/money.ts'
import { isOver, position } from './player.ts'
import { type Step, showing } from './showing.ts'
import { filmWords } from './words.ts'

const HEIGHT = 280
const FIELD = { top: 46, bottom: HEIGHT - 30, left: 6, right: 22 }
/** Of the names beside the dots. */
const LABEL_WIDTH = 30
const MARK_EVERY_MS = 15_000
/** Behind it the hammer is named. */
const LAST_MARK_MS = 45_000

type Scales = { readonly x: (ms: number) => number; readonly y: (price: number) => number }

/** The price drawing itself through the last minute. Who cannot see it has the list below, and the slider says where it is. */
export function Way() {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const node = place.current!
    const resized = new ResizeObserver(() => setWidth(Math.floor(node.clientWidth)))
    resized.observe(node)
    return () => resized.disconnect()
  }, [])
  return (
    <div class="film-way" ref={place} aria-hidden="true" data-testid="film-way">
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT}>
          <Drawn width={width} />
        </svg>
      )}
    </div>
  )
}

function Drawn({ width }: { readonly width: number }) {
  const { film, auction } = showing.value!
  const { steps, lengthMs } = film
  const amounts = steps.flatMap((step) =>
    [step.price ?? 0, step.kind === 'bid' && !step.voided ? step.amount : []].flat(),
  )
  const prices = [...(film.price === null ? [] : [film.price]), ...amounts.filter((one) => one > 0)]
  const [least, most] = [Math.min(...prices), Math.max(...prices)]
  const scales: Scales = {
    x: (ms) => FIELD.left + (ms / Math.max(1, lengthMs)) * (width - FIELD.left - FIELD.right),
    y: (price) =>
      most === least
        ? (FIELD.top + FIELD.bottom) / 2
        : FIELD.bottom - ((price - least) / (most - least)) * (FIELD.bottom - FIELD.top),
  }
  const here = position.value
  const seen = steps.filter(({ ms }) => ms <= here)
  return (
    <>
      <Marks lengthMs={lengthMs} scales={scales} />
      {prices.length > 0 && most > least && (
        <g class="film-scale">
          {[least, most].map((price) => (
            <g key={price}>
              <path d={`M${FIELD.left} ${scales.y(price)}H${width - FIELD.right}`} />
              <text x={FIELD.left} y={scales.y(price) - 7}>
                {brief.value(price, auction.currency)}
              </text>
            </g>
          ))}
        </g>
      )}
      {seen.map((step) => step.extendedTo !== null && <Moved key={step.seq} x={scales.x(step.ms)} />)}
      <path class="film-line" d={lineOf(seen, film.price, { here, scales })} />
      <Dots steps={seen} scales={scales} />
      {isOver.value && <Hammer x={scales.x(lengthMs)} />}
    </>
  )
}

function Marks({ lengthMs, scales }: { readonly lengthMs: number; readonly scales: Scales }) {
  const marks = Array.from({ length: Math.ceil(lengthMs / MARK_EVERY_MS) }, (_, i) => i * MARK_EVERY_MS)
  return (
    <g class="film-marks">
      {marks
        .filter((ms) => ms <= LAST_MARK_MS)
        .map((ms) => (
          <g key={ms}>
            <path d={`M${scales.x(ms)} ${FIELD.top - 32}V${FIELD.bottom + 6}`} />
            <text x={scales.x(ms)} y={HEIGHT - 8} text-anchor={ms === 0 ? 'start' : 'middle'}>
              {filmWords.value.seconds(String(ms / 1_000))}
            </text>
          </g>
        ))}
    </g>
  )
}

/** Where the end moved. */
function Moved({ x }: { readonly x: number }) {
  return (
    <g class="film-moved">
      <path d={`M${x} ${FIELD.top - 32}V${FIELD.bottom + 6}`} />
      <path class="film-flag" d={`M${x} ${FIELD.top - 32}h10l-4 5 4 5h-10z`} />
    </g>
  )
}

function Hammer({ x }: { readonly x: number }) {
  return (
    <g class="film-hammer">
      <path d={`M${x} ${FIELD.top - 32}V${FIELD.bottom + 6}`} />
      <text x={x} y={HEIGHT - 8} text-anchor="end">
        {filmWords.value.hammer}
      </text>
    </g>
  )
}

type Until = { readonly here: number; readonly scales: Scales }

function lineOf(seen: readonly Step[], before: number | null, { here, scales: { x, y } }: Until): string {
  const drawn: string[] = before === null ? [] : [`M${x(0)} ${y(before)}`]
  for (const { ms, price } of seen)
    if (price !== null) drawn.push(drawn.length === 0 ? `M${x(ms)} ${y(price)}` : `H${x(ms)}V${y(price)}`)
  return drawn.length === 0 ? '' : `${drawn.join('')}H${x(here)}`
}

/** Each bid where and when it was made, full where it took the lead; a paddle's number where there is room for it. */
function Dots({ steps, scales: { x, y } }: { readonly steps: readonly Step[]; readonly scales: Scales }) {
  const named = withRoom(steps, x)
  return (
    <g class="film-dots">
      {steps.map((step) => {
        if (step.kind !== 'bid' || step.voided) return null
        const [left, top] = [x(step.ms), y(step.amount)]
        // A name stands where the line does not go: above who leads, below who does not.
        const leads = step.leader === step.paddle
        return (
          <g key={step.seq} class={leads ? 'film-dot leads' : 'film-dot'} data-bid={step.bid}>
            <circle cx={left} cy={top} r={5} />
            {named.has(step.seq) && (
              <text
                x={left}
                y={leads ? top - 11 : top + 21}
                text-anchor={leads && left >= LABEL_WIDTH ? 'middle' : 'start'}
              >
                {step.paddle}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}

/** Those far enough behind the last that has a name. */
function withRoom(steps: readonly Step[], x: Scales['x']): ReadonlySet<number> {
  const named = new Set<number>()
  let last = -Infinity
  for (const { seq, ms, kind } of steps) {
    if (kind !== 'bid' || x(ms) - last < LABEL_WIDTH) continue
    last = x(ms)
    named.add(seq)
  }
  return named
}
