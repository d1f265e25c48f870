import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A stretch of bad network before the relay, in user space: takes UDP, loses some of it, passes on the rest. */
export class LossyPath {
  /** Share of the datagrams that is lost, 0 to 1, in both directions. */
  loss = 0
  /** Nothing gets through. */
  cut = false
  private readonly ways = new Map<string, Socket>()

  private constructor(
    private readonly front: Socket,
    private readonly host: string,
    private readonly port: number,
  ) {
    front.on('message', (data, from) => {
      if (!this.passes()) return
      const key = `${from.address}:${String(from.port)}`
      let way = this.ways.get(key)
      if (way === undefined) {
        way = createSocket('udp4')
        way.on('message', (answer) => {
          if (this.passes()) this.front.send(answer, from.port, from.address)
        })
        this.ways.set(key, way)
      }
      way.send(data, this.port, this.host)
    })
  }

  /** A path to the relay at `url` (`turn:host:port?transport=udp`). */
  static async open(url: string): Promise<LossyPath> {
    const match = /^turn:([^:]+):(\d+)/.exec(url)
    if (match?.[1] === undefined) throw new Error('not a UDP relay address')
    const front = createSocket('udp4')
    front.bind(0, '127.0.0.1')
    await once(front, 'listening')
    return new LossyPath(front, match[1], Number(match[2]))
  }

  /** Where a browser finds the relay over this path. */
  get url(): string {
    return `turn:127.0.0.1:${String(this.front.address().port)}?transport=udp`
  }

  close(): void {
    this.front.close()
    for (const way of this.ways.values()) way.close()
  }

  private passes(): boolean {
    return !this.cut && Math.random() >= this.loss
  }
}
