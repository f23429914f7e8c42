import type { Problem } from '../../src/sdk/index.ts'

/** The fields a form was refused for, by the names they have on the page, and the character where it is one. */
export function wrongFields(problem: Problem | null, names: Readonly<Record<string, string>>): string {
  const wrong = (problem?.code === 'invalid_request' ? problem.errors : []).flatMap(({ path, message }) => {
    const field = path.split('.').findLast((part) => part in names)
    const place = / (U\+[\dA-F]{4,6}) at character (\d+)$/.exec(message)
    if (field === undefined) return []
    return place === null ? [names[field]] : [`${names[field]} (${place[1]}, ${place[2]})`]
  })
  return [...new Set(wrong)].join(', ')
}
