export type Sound = 'leading' | 'outbid' | 'hammer' | 'won'

/** Hertz, and the second at which each note begins; a hammer is a knock of noise. */
const notes: Readonly<Record<Exclude<Sound, 'hammer'>, readonly (readonly [hertz: number, at: number])[]>> = {
  leading: [[660, 0]],
  outbid: [
    [494, 0],
    [370, 0.16],
  ],
  won: [
    [523, 0],
    [659, 0.13],
    [784, 0.26],
  ],
}

const LOUD = 0.16
const FADE_SECONDS = 0.32
const KNOCK_SECONDS = 0.12

let context: AudioContext | undefined

/** Made on the spot: nothing is fetched. Silent where the browser does not let a page sound yet. */
export async function play(sound: Sound): Promise<void> {
  context ??= new AudioContext()
  await context.resume()
  if (sound === 'hammer') return knock(context)
  for (const [hertz, at] of notes[sound]) ring(context, hertz, context.currentTime + at)
}

function ring(within: AudioContext, hertz: number, at: number): void {
  const tone = new OscillatorNode(within, { type: 'triangle', frequency: hertz })
  tone.connect(fading(within, at, FADE_SECONDS))
  tone.start(at)
  tone.stop(at + FADE_SECONDS)
}

function knock(within: AudioContext): void {
  const length = Math.round(within.sampleRate * KNOCK_SECONDS)
  const buffer = new AudioBuffer({ length, sampleRate: within.sampleRate })
  const wave = buffer.getChannelData(0)
  for (let i = 0; i < length; i += 1) wave[i] = Math.sin(i / 34) * Math.exp((-9 * i) / length) * 2
  const wood = new AudioBufferSourceNode(within, { buffer })
  wood.connect(fading(within, within.currentTime, KNOCK_SECONDS))
  wood.start()
}

function fading(within: AudioContext, at: number, seconds: number): GainNode {
  const gain = new GainNode(within, { gain: 0 })
  gain.gain.setValueAtTime(LOUD, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds)
  gain.connect(within.destination)
  return gain
}
