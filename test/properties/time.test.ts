import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dueAt } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { unborn } from '../../src/domain/evolve.ts'
import { toWire } from '../../src/domain/instant.ts'
import { DAY, MINUTE, T0 } from '../domain/support.ts'
import {
  LENGTH_SECONDS,
  assertHolds,
  bidsAndVoidsArb,
  creation,
  eventsOf,
  play,
  run,
  take,
  termsArb,
} from './support.ts'

const opening = fc.constantFrom({}, { opensAt: toWire(T0 + MINUTE) })
const horizon = T0 + 3 * LENGTH_SECONDS * 1_000
const tick = (at: number): Command => ({ type: 'tick', at })

const stories = fc
  .record({ terms: termsArb, fields: opening, moves: bidsAndVoidsArb })
  .map(({ terms, fields, moves }) => {
    const steps = play(creation(terms, fields), moves)
    return [...steps.map(({ command }) => command), tick(horizon)]
  })

test('[SC-4] splitting time into ticks changes nothing', () => {
  assertHolds(
    fc.property(stories, fc.array(fc.integer({ min: T0, max: horizon }), { maxLength: 30 }), (commands, instants) => {
      const [create, ...rest] = commands
      // A stable sort keeps a tick of the same instant behind what was there.
      const ticked = [...rest, ...instants.map(tick)].toSorted((a, b) => a.at - b.at)
      expect(eventsOf(run([create!, ...ticked]))).toEqual(eventsOf(run(commands)))
    }),
    700,
  )
})

test('[SC-4] a tick at every instant that is due gives what no tick gives', () => {
  assertHolds(
    fc.property(stories, (commands) => {
      let auction = unborn
      const events = []
      for (const command of commands) {
        for (let due = dueAt(auction); due !== null && due <= command.at; due = dueAt(auction)) {
          const ticked = take(auction, tick(due))
          expect(ticked.events).not.toEqual([])
          events.push(...ticked.events)
          auction = ticked.after
        }
        const step = take(auction, command)
        events.push(...step.events)
        auction = step.after
      }
      expect(events).toEqual(eventsOf(run(commands)))
    }),
    700,
  )
})

test('[SC-4] a late tick decides as one on time, however late', () => {
  assertHolds(
    fc.property(stories, fc.integer({ min: 0, max: 400 * DAY }), (commands, lateMs) => {
      const early = run(commands).at(-1)!.after
      expect(run([...commands.slice(0, -1), tick(horizon + lateMs)]).at(-1)!.after).toEqual(early)
      expect(early.stage.status).toBe('closed')
    }),
    500,
  )
})

test('[SC-1] [SC-2] a bid is taken exactly before the end, and the end never moves forward', () => {
  assertHolds(
    fc.property(stories, (commands) => {
      for (const { command, before, after, rejection } of run(commands).slice(1)) {
        expect(after.closesAt).toBeGreaterThanOrEqual(before.closesAt!)
        if (command.type !== 'bid') continue
        expect(rejection?.rejected === 'auction_closed').toBe(command.at >= before.closesAt!)
      }
    }),
    700,
  )
})

test('[SC-5] no outage closes an auction that was open when it began', () => {
  const outage = fc.record({
    since: fc.integer({ min: T0, max: horizon }),
    ms: fc.integer({ min: 30_000, max: 2 * DAY }),
  })
  assertHolds(
    fc.property(stories, outage, (commands, { since, ms }) => {
      const earlier = commands.filter(({ at }) => at <= since)
      const { after: auction } = take(run(earlier).at(-1)!.after, tick(since))
      const { after } = take(auction, { type: 'outage', since, at: since + ms })
      const hit = auction.stage.status !== 'closed' && auction.closesAt! <= since + ms
      expect(after.closesAt).toBe(hit ? auction.closesAt! + ms : auction.closesAt)
      expect(after.stage.status === 'closed').toBe(auction.stage.status === 'closed')
      expect(after.extensions).toBe(auction.extensions)
    }),
    700,
  )
})
