import { describe, expect, it } from 'vitest'
import { adaptRemoteSdp, fingerprintOf, iceUfragOf, tellableCandidate, withoutAddresses } from './sdp'

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
)
const SDP = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'c=IN IP4 192.0.2.44',
  'a=rtcp:9 IN IP4 192.0.2.44',
  'a=candidate:1 1 udp 1 192.0.2.44 5000 typ host',
  'a=ice-ufrag:abcd',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=0',
  'a=rtpmap:0 PCMU/8000',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102',
  'a=ice-ufrag:abcd',
  `a=fingerprint:sha-256 ${FINGERPRINT.toLowerCase()}`,
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 profile-level-id=42e01f;packetization-mode=1',
  '',
].join('\r\n')

const HINTS = { videoStartKbps: 400, audioMaxBps: 40_000 }

describe('adaptRemoteSdp', () => {
  const lines = adaptRemoteSdp(SDP, HINTS).split('\r\n')

  it('asks Opus for error correction, silence suppression, mono and a ceiling, keeping what else is there', () => {
    expect(lines).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=40000')
  })

  it('sets the first bitrate of each picture codec, with or without parameters of its own', () => {
    const at = lines.indexOf('a=rtpmap:96 VP8/90000')
    expect(lines[at + 1]).toBe('a=fmtp:96 x-google-start-bitrate=400')
    expect(lines).toContain('a=fmtp:102 profile-level-id=42e01f;packetization-mode=1;x-google-start-bitrate=400')
  })

  it('leaves everything else alone', () => {
    const touched = (line: string) => /^a=fmtp:(111|96|102) /.test(line)
    expect(lines.filter((line) => !touched(line))).toEqual(SDP.split('\r\n').filter((line) => !touched(line)))
  })

  it('is the same when done twice', () => {
    expect(adaptRemoteSdp(lines.join('\r\n'), HINTS)).toBe(lines.join('\r\n'))
  })
})

describe('fingerprintOf', () => {
  it('reads the one certificate of a description, however it is written', () => {
    expect(fingerprintOf(SDP)).toBe(FINGERPRINT.replaceAll(':', ''))
  })

  it.each([
    ['two certificates', SDP.replace(FINGERPRINT, FINGERPRINT.replace('00', 'FF'))],
    ['none', 'v=0\r\n'],
    ['a weak hash', `a=fingerprint:sha-1 ${FINGERPRINT}\r\n`],
    ['a short one', 'a=fingerprint:sha-256 AA:BB\r\n'],
  ])('refuses %s', (_, sdp) => {
    expect(fingerprintOf(sdp)).toBeNull()
  })
})

describe('addresses', () => {
  it('are taken out of a description', () => {
    const told = withoutAddresses(SDP)
    expect(told).not.toContain('192.0.2.44')
    expect(told).toContain('c=IN IP4 0.0.0.0')
    expect(told.endsWith('\r\n')).toBe(true)
  })

  it('are taken out of a relay candidate', () => {
    const candidate =
      'candidate:3 1 udp 41 203.0.113.7 4000 typ relay raddr 192.0.2.44 rport 5000 generation 0 ufrag abcd'
    expect(tellableCandidate(candidate, true)).toBe(
      'candidate:3 1 udp 41 203.0.113.7 4000 typ relay raddr 0.0.0.0 rport 9 generation 0 ufrag abcd',
    )
  })

  it('never leave as a candidate of another kind where all goes through the relay', () => {
    const host = 'candidate:1 1 udp 1 192.0.2.44 5000 typ host'
    expect(tellableCandidate(host, true)).toBeNull()
    expect(tellableCandidate(host, false)).toBe(host)
  })
})

describe('iceUfragOf', () => {
  it('reads the name of the ICE generation', () => {
    expect(iceUfragOf(SDP)).toBe('abcd')
    expect(iceUfragOf('v=0')).toBeNull()
  })
})
