import type { SoundMeter, SoundPort } from './platform'

const TONE_SECONDS = 0.9
/** Two soft notes, a fifth apart: clear on a phone's small speaker, frightening nobody. */
const TONES_HZ = [440, 660]
const TONE_GAIN = 0.12

/** Web Audio for the device check. */
export function browserSound(): SoundPort {
  return {
    meter: openMeter,
    playTone,
    canChooseSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
  }
}

function openMeter(stream: MediaStream): SoundMeter | null {
  if (!('AudioContext' in window)) return null
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  const source = context.createMediaStreamSource(stream)
  // Not connected to the speakers: a person must not hear themselves.
  source.connect(analyser)
  const wave = new Float32Array(analyser.fftSize)
  return {
    level: () => {
      // A context made before the first tap sleeps until there was one.
      if (context.state === 'suspended') void context.resume()
      analyser.getFloatTimeDomainData(wave)
      return Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length)
    },
    close: () => {
      source.disconnect()
      void context.close()
    },
  }
}

async function playTone(speakerId: string | null): Promise<void> {
  const context = new AudioContext()
  try {
    await context.resume()
    const output = context.createMediaStreamDestination()
    const start = context.currentTime
    TONES_HZ.forEach((frequency, index) => {
      const oscillator = new OscillatorNode(context, { frequency })
      const gain = new GainNode(context, { gain: 0 })
      const from = start + (index * TONE_SECONDS) / TONES_HZ.length
      gain.gain.linearRampToValueAtTime(0, from)
      gain.gain.linearRampToValueAtTime(TONE_GAIN, from + 0.05)
      gain.gain.linearRampToValueAtTime(0, start + TONE_SECONDS)
      oscillator.connect(gain).connect(output)
      oscillator.start(from)
      oscillator.stop(start + TONE_SECONDS)
    })
    // Through an element, because that is where the speaker can be chosen, as for the call's own sound.
    const element = new Audio()
    element.srcObject = output.stream
    if (speakerId !== null && 'setSinkId' in element) await element.setSinkId(speakerId)
    await element.play()
    await new Promise((resolve) => setTimeout(resolve, TONE_SECONDS * 1000))
    element.srcObject = null
  } finally {
    void context.close()
  }
}
