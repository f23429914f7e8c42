import { Decrypter, Encrypter } from 'age-encryption'
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { DatabaseError } from './files.ts'

/** Files encrypted by a passphrase in the format of age (age-encryption.org/v1), which any `age` decrypts. */

const START = 'age-encryption.org/v1'

export function isEncrypted(file: string): boolean {
  const start = Buffer.alloc(START.length)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, start, 0, start.length, 0)
  } finally {
    closeSync(opened)
  }
  return start.toString('latin1') === START
}

export async function encryptFile(from: string, to: string, passphrase: string): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  await write(await encrypter.encrypt(bytesOf(from)), to)
}

export async function decryptFile(from: string, to: string, passphrase: string): Promise<void> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  try {
    await write(await decrypter.decrypt(bytesOf(from)), to)
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error
    throw new DatabaseError(`${from} does not open with this passphrase, or is damaged`, { cause: error })
  }
}

function bytesOf(file: string) {
  return Readable.toWeb(createReadStream(file)) as never
}

async function write(bytes: unknown, file: string): Promise<void> {
  await pipeline(Readable.fromWeb(bytes as ReadableStream), createWriteStream(file, { mode: 0o600 }))
}
