/**
 * The advisory locks of a house. Two keys are of 64 bits, the others a class and the `hashtext` of an id: PostgreSQL keeps the two
 * kinds apart. `append_changes` knows class 7 by its number.
 */
export const locks = {
  /** Held by one node at a time, for steps such as making the first key. */
  singleNode: 2,
  /** Held by a node as long as it lives: exclusively without Redis, shared with it. */
  nodes: 3,
  liveness: 4,
  log: 5,
  migrations: 6,
} as const

export const lockClasses = {
  /** Shared by every transaction that appends a bid or an act of a person, from before it reads their rights. */
  person: 7,
  /** Taken by whoever takes an admin away. */
  admins: 8,
  /** Of a seller: taken to set labels. */
  labels: 9,
  /** Of an auction: taken to add messages to its room. */
  room: 10,
} as const
