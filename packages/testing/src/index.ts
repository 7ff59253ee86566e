/**
 * An in-memory DigitalOcean for tests.
 *
 * @since 0.1.0
 */
export * as Arbitraries from "./Arbitraries.ts"
export * as DigitalOceanApi from "./DigitalOceanApi.ts"
export * as Examples from "./Examples.ts"
export * as Faults from "./Faults.ts"
export * as Fixtures from "./Fixtures.ts"
export * as RecordingClient from "./RecordingClient.ts"
export * as Seed from "./Seed.ts"
export * as TestDigitalOcean from "./TestDigitalOcean.ts"
