import { computed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import { brief, money } from '../shared/money.ts'
import { language } from '../shared/language.ts'
import { scheme } from '../shared/scheme.ts'
import { shortTime, timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { bySeq, canReadMore, readOlder } from './past.ts'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

const HEIGHT = 260
const DAY_SECONDS = 86_400
/** The price after each bid, oldest first. */
const prices = computed(() =>
  [...bySeq.value]
    .filter((bid) => !bid.voided)
    .sort((a, b) => a.seq - b.seq)
    .map(({ at, price }) => ({ at: Date.parse(at), price })),
)

/** As many pages of the past as the line is drawn from. */
const PAGES_MAX = 10

async function readPast(): Promise<void> {
  for (let page = 0; page < PAGES_MAX && canReadMore.peek(); page += 1) await readOlder()
}

/** The price after each bid, as a line of steps. Who cannot see it reads the same in the list. */
export function PriceChart() {
  const place = useRef<HTMLDivElement>(null)
  const isEmpty = prices.value.length === 0
  useEffect(() => {
    if (place.current === null) return
    const drawing = new Drawing(place.current)
    return () => drawing.close()
  }, [isEmpty])
  if (isEmpty) return <p class="muted">{words.value.noBidsYet}</p>
  return (
    <figure>
      <figcaption class="unseen">{summary()}</figcaption>
      <div ref={place} class="chart" aria-hidden="true" />
    </figure>
  )
}

/** What is drawn, kept up with the bids, the width, the language and the colours. */
class Drawing {
  readonly #place: HTMLElement
  readonly #stops: (() => void)[]
  #plot: UPlot | null = null

  constructor(place: HTMLElement) {
    this.#place = place
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const draw = () => this.#draw()
    const resized = new ResizeObserver(() => this.#plot?.setSize({ width: place.clientWidth, height: HEIGHT }))
    resized.observe(place)
    dark.addEventListener('change', draw)
    this.#stops = [
      () => resized.disconnect(),
      () => dark.removeEventListener('change', draw),
      language.subscribe(draw),
      scheme.subscribe(draw),
      prices.subscribe(() => this.#plot?.setData(points())),
    ]
    readPast().catch(() => undefined)
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#plot?.destroy()
  }

  #draw(): void {
    this.#plot?.destroy()
    this.#plot = new UPlot(options(this.#place), points(), this.#place)
  }
}

function points(): [number[], number[]] {
  const { auction } = room.value!
  const path = prices.value
  const last = path.at(-1)
  const { status, serverTime, closesAt } = auction
  const end = Date.parse((status === 'open' ? serverTime : status === 'closed' ? closesAt : null) ?? '') || 0
  const shown = last === undefined ? [] : [...path, { at: Math.max(last.at, end), price: last.price }]
  return [shown.map(({ at }) => at / 1_000), shown.map(({ price }) => price)]
}

/** The same in one line. */
function summary(): string {
  const { currency, terms } = room.value!.auction
  const last = prices.value.at(-1)?.price ?? terms.startPrice
  const way = `${money.value(terms.startPrice, currency)} → ${money.value(last, currency)}`
  return `${saleroomWords.value.asChart}: ${way}, ${words.value.bids(prices.value.length)}`
}

/** Colours come from the style sheet, as three that the chart's own element has. */
function options(place: HTMLElement): UPlot.Options {
  const { color, borderTopColor: line, caretColor: quiet } = getComputedStyle(place)
  const { currency } = room.peek()!.auction
  const font = '13px "Familjen Grotesk Variable", sans-serif'
  const axis: UPlot.Axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  const timeOf = (seconds: number, span: number) =>
    (span > DAY_SECONDS ? shortTime : timeOfDay)(new Date(seconds * 1_000).toISOString())
  return {
    width: Math.floor(place.clientWidth),
    height: HEIGHT,
    padding: [12, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, min, max) => [min - (max - min || min) * 0.1, max + (max - min || max) * 0.1] } },
    series: [
      {},
      {
        stroke: color,
        width: 2.5,
        fill: `color-mix(in srgb, ${color} 12%, transparent)`,
        paths: UPlot.paths.stepped!({ align: 1 }),
      },
    ],
    axes: [
      {
        ...axis,
        space: 90,
        values: (plot, at) => at.map((one) => timeOf(one, (plot.scales['x']!.max ?? 0) - (plot.scales['x']!.min ?? 0))),
      },
      { ...axis, size: 84, values: (_, at) => at.map((one) => brief.peek()(Math.round(one), currency)) },
    ],
  }
}
