import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../../support/service.ts'

const MIB = 1024 * 1024
const PAGE_KIB = 4
/** Small files, each of which takes some blocks of the journal. */
const SEASONING = 6_000

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from this instant nothing reaches the disk, not even the journal. */
const CUT = { request: '0x8004587d', argument: 2 }
const CUTTERS = [
  [
    'perl',
    [
      '-e',
      `open(my $f, "<", $ARGV[0]) or die $!; my $how = pack("L", ${CUT.argument}); ioctl($f, ${CUT.request}, $how) or die $!`,
    ],
  ],
  [
    'python3',
    [
      '-c',
      `import fcntl,os,struct,sys\nfcntl.ioctl(os.open(sys.argv[1], 0), ${CUT.request}, struct.pack("I", ${CUT.argument}))`,
    ],
  ],
] as const

/** An ext4 of its own in a file, mounted by loop; unmounted and gone after the test. For root only. */
export class Disk {
  readonly folder: string
  readonly #image: string
  #frozen = false

  /** `on` is where the image lies: a folder that can be filled makes this disk fail. */
  constructor(mebibytes: number, { on = temporaryFolder() } = {}) {
    this.folder = join(on, 'mounted')
    this.#image = join(on, 'image')
    mkdirSync(this.folder)
    writeFileSync(this.#image, '')
    truncateSync(this.#image, mebibytes * MIB)
    run('mkfs.ext4', '-q', '-F', '-E', 'nodiscard,lazy_itable_init=0', '-J', 'size=4', this.#image)
    this.mount()
    const gone = () => {
      if (this.#frozen) this.thaw()
      spawnSync('umount', ['-l', this.folder])
    }
    process.once('exit', gone)
    onTestFinished(() => {
      process.off('exit', gone)
      gone()
    })
  }

  mount(): void {
    run('mount', '-o', 'loop', this.#image, this.folder)
    this.#writeByPages()
  }

  /**
   * A disk may fail, but not lie: Linux' loop device takes a write of which only a part found room for one that succeeded.
   * So each of its writes is one page of the image, which finds room or does not.
   */
  #writeByPages(): void {
    const device = basename(run('losetup', '--noheadings', '--output', 'NAME', '--associated', this.#image).trim())
    writeFileSync(`/sys/block/${device}/queue/max_sectors_kb`, String(PAGE_KIB))
  }

  /** The power comes back: what had not reached the disk is forgotten, and the journal is replayed. */
  remount(): void {
    run('umount', this.folder)
    this.mount()
  }

  /** As `remount`, after the repairs that a start of a machine makes where a disk failed. */
  repair(): void {
    run('umount', this.folder)
    const { status, stdout } = spawnSync('e2fsck', ['-f', '-y', this.#image], { encoding: 'utf8' })
    if (status === null || status > 1) throw new Error(`e2fsck: ${stdout}`)
    this.mount()
  }

  /** Writes until the journal has gone round, so that only new blocks of files are still without a place in the image. */
  season(): void {
    for (let i = 0; i < SEASONING; i += 1) {
      const file = join(this.folder, `season-${i}`)
      writeFileSync(file, 'x', { flush: true })
      rmSync(file)
    }
  }

  /** Whether the file system itself still takes writes: after too many errors ext4 does not. */
  get isWritable(): boolean {
    return spawnSync('touch', [this.folder]).status === 0
  }

  /** Cuts the power. */
  cut(): void {
    for (const [program, args] of CUTTERS) {
      const { error, status, stderr } = spawnSync(program, [...args, this.folder], { encoding: 'utf8' })
      if (error !== undefined) continue
      if (status !== 0) throw new Error(`the power could not be cut: ${stderr}`)
      return
    }
    throw new Error('the power can only be cut with perl or python3 on the machine: install one of them')
  }

  /** Whoever writes waits, in the kernel. */
  freeze(): void {
    run('fsfreeze', '-f', this.folder)
    this.#frozen = true
  }

  thaw(): void {
    run('fsfreeze', '-u', this.folder)
    this.#frozen = false
  }
}

/** A small folder in memory, gone after the test. For root only. */
export function smallFolder(mebibytes: number): string {
  const folder = temporaryFolder()
  run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder)
  const gone = () => {
    spawnSync('umount', ['-l', folder])
  }
  process.once('exit', gone)
  onTestFinished(() => {
    process.off('exit', gone)
    gone()
  })
  return folder
}

/** Takes all the room there is; gives it back when the returned function is called. */
export function fillUp(folder: string): () => void {
  const file = join(folder, 'filler')
  const { bavail, bsize } = statfsSync(folder)
  for (let bytes = bavail * bsize, chunk = Buffer.alloc(MIB); bytes > 0; bytes -= chunk.length)
    try {
      writeFileSync(file, chunk.subarray(0, Math.min(bytes, chunk.length)), { flag: 'a', flush: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      break
    }
  return () => rmSync(file, { force: true })
}

function run(program: string, ...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`${program} is needed on the machine: ${error.message}`)
  if (status !== 0) throw new Error(`${program}: ${stderr.trim()}`)
  return stdout
}
