import { english } from './english/english.ts'
import type { Format } from './format.ts'

export const formats = { english } as const satisfies Record<string, Format>
