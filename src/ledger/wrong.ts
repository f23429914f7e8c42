/** Thrown inside a verification, for the first thing that is wrong. `line` counts from 1; null where it is not the file. */
export class Wrong extends Error {
  readonly line: number | null
  constructor(line: number | null, why: string) {
    super(why)
    this.line = line
  }
}
