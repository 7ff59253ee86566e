import { setTimeout as pause } from "node:timers/promises"
import type { Server } from "../postgres/server.ts"
import type { Disturbance } from "./disturbances.ts"
import type { Failovers } from "./failovers.ts"
import type { Runners } from "./runners.ts"
import type { Creation, Sandbox } from "./sandbox.ts"

/** What is disturbed, and how. */
export interface Scene {
  readonly runners: Runners
  readonly server: Server
  readonly sandbox: Sandbox
  readonly failovers: Failovers
  /** the id of the job that a POST is for, if it is known */
  readonly jobOf: (creation: Creation) => string | undefined
  readonly random: () => number
  readonly print: (line: string) => void
  /** the lock expiration of the runners, and for how long Postgres is away, in seconds */
  readonly lock: number
  readonly outage: number
}

/** Disturbs runners and Postgres. What it ends, it starts again. */
export class Disturber {
  readonly #scene: Scene
  /** what is not over yet, such as a runner that is paused */
  readonly #pending = new Set<Promise<void>>()
  kills = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** Lets some time pass: at times a fail-over is over before the next disturbance, at times not. */
  async wait(): Promise<void> {
    await pause(1000 * this.#between(0.5, 3 * this.#scene.lock))
  }

  /** Resolves when everything runs again. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  async disturb(disturbance: Disturbance): Promise<void> {
    switch (disturbance) {
      case "kill":
        return this.#kill(await this.#chosen())
      case "kill after POST":
        return this.#killAfterPost()
      case "pause":
        return this.#pause(await this.#chosen(3000))
      case "drain":
        return this.#drain(await this.#chosen(3000))
      case "restart Postgres":
        return this.#stopPostgres(this.#scene.random() < 0.5 ? "SIGINT" : "SIGQUIT", 0)
      case "stop Postgres":
        return this.#stopPostgres("SIGQUIT", this.#scene.outage)
    }
  }

  #kill(runner: number): void {
    const { failovers, print, runners } = this.#scene
    runners.kill(runner)
    this.kills += 1
    failovers.disturbed()
    print(`killed runner ${runner}`)
    this.#later(() => this.#restart(runner))
  }

  /** Kills the runner that sends the next POST, before it gets the response. */
  async #killAfterPost(): Promise<void> {
    const { failovers, jobOf, print, runners, sandbox } = this.#scene
    const killed = await Promise.race([
      new Promise<Creation>((resolve) => {
        sandbox.onCreation = (creation) => {
          if (!runners.up().includes(creation.runner)) return
          sandbox.onCreation = () => undefined
          runners.kill(creation.runner)
          resolve(creation)
        }
      }),
      pause(30_000)
    ])
    sandbox.onCreation = () => undefined
    if (killed === undefined) {
      print("no runner has sent a POST for 30 seconds")
      return this.#kill(await this.#chosen())
    }
    this.kills += 1
    failovers.disturbed()
    const job = jobOf(killed)
    if (job !== undefined) failovers.killed(job, runners.up(5000).length > 0)
    print(`killed runner ${killed.runner} after POST ${killed.path} of job ${job}`)
    this.#later(() => this.#restart(killed.runner))
  }

  /** Stops the time of a runner for longer than its locks last. */
  #pause(runner: number): void {
    const { failovers, lock, print, runners } = this.#scene
    const seconds = this.#between(1.5 * lock, 3 * lock)
    runners.pause(runner)
    failovers.disturbed()
    print(`paused runner ${runner} for ${seconds.toFixed(1)} s`)
    this.#later(async () => {
      await pause(1000 * seconds)
      if (!runners.resume(runner)) return
      failovers.disturbed()
      print(`resumed runner ${runner}`)
    })
  }

  #drain(runner: number): void {
    const { failovers, print, runners } = this.#scene
    const start = performance.now()
    failovers.disturbed()
    print(`drains runner ${runner}`)
    this.#later(async () => {
      await runners.drain(runner)
      print(`runner ${runner} has ended ${((performance.now() - start) / 1000).toFixed(1)} s after SIGTERM`)
      await this.#restart(runner)
    })
  }

  async #stopPostgres(signal: "SIGINT" | "SIGQUIT", seconds: number): Promise<void> {
    const { failovers, print, server } = this.#scene
    failovers.disturbed()
    await server.stop(signal)
    print(`stopped Postgres (${signal}) for ${seconds} s`)
    await pause(1000 * seconds)
    await server.resume()
    failovers.disturbed()
    print("Postgres is there again")
  }

  /** Starts a runner again after some time, as a supervisor does. */
  async #restart(runner: number): Promise<void> {
    const { failovers, print, runners } = this.#scene
    await pause(1000 * this.#between(0, 4))
    await runners.start(runner)
    failovers.disturbed()
    print(`started runner ${runner}`)
  }

  #later(work: () => Promise<void>): void {
    const pending = work().finally(() => this.#pending.delete(pending))
    this.#pending.add(pending)
  }

  /** A random runner that works, for at least so many milliseconds. */
  async #chosen(forMs = 0): Promise<number> {
    for (;;) {
      const up = this.#scene.runners.up(forMs)
      if (up.length > 0) return up[Math.floor(up.length * this.#scene.random())]!
      await pause(100)
    }
  }

  #between(least: number, most: number): number {
    return least + (most - least) * this.#scene.random()
  }
}
