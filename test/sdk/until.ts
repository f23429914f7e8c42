import type { Connection, Room } from '../../src/sdk/index.ts'

/** Resolves with the room once it suits. */
export function until(connection: Connection, suits: (room: Room) => boolean): Promise<Room> {
  return new Promise((resolve) => {
    const look = () => {
      if (connection.room === null || connection.phase === 'connecting' || !suits(connection.room)) return
      stop()
      resolve(connection.room)
    }
    const stop = connection.subscribe(look)
    look()
  })
}
