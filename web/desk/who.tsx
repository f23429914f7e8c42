import type { Names } from './names.ts'

/** A paddle, and who holds it, where that may be known. */
export function Who({ paddle, names }: { readonly paddle: string; readonly names: Names }) {
  const name = names.get(paddle)?.displayName
  return (
    <>
      <span class="paddle">{paddle}</span>
      {name !== undefined && <span class="who-name"> {name}</span>}
    </>
  )
}
