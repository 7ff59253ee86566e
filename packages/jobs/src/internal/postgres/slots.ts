import type * as SqlClient from "effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import type { Limits, Refused } from "../durable/sharedLimit.ts"

/**
 * Of how many slots a window consists: a second each, or a minute each. A request leaves its window when it is at least 61
 * slots old, so that it may arrive at DigitalOcean a second after it was counted.
 */
const slots = 62

/**
 * Counts a request of a token, in one statement. The row of a token has the number of its requests in each of the last 62
 * seconds and minutes, newest first; its lock puts the requests of all processes in order, and the clock is read while it
 * is held. A clock that is set back empties no slot.
 */
export const take = (
  sql: SqlClient.SqlClient,
  key: string,
  limits: Limits,
  clock: Fragment
): Effect.Effect<Refused | undefined, SqlError> => {
  const size = sql.literal(`${slots}`)
  const shifted = (column: string, age: string) =>
    sql.literal(`array_fill(0, ARRAY[${age}]) || limits.${column}[1:${slots} - ${age}]`)
  const total = (column: string) => sql.literal(`(SELECT sum(count) FROM unnest(${column}) AS count)`)
  /** when the oldest request of a window leaves it */
  const opens = (column: string, slot: string, length: number) =>
    sql.literal(
      `(${slot} + ${slots + 1} - (SELECT max(age) FROM generate_subscripts(${column}, 1) AS age WHERE ${column}[age] > 0)) * ${length}`
    )
  const counted = (column: string) =>
    sql.literal(`CASE WHEN refused IS NULL THEN (${column}[1] + 1) || ${column}[2:${slots}] ELSE ${column} END`)
  return Effect.map(
    sql<{ readonly refused: "minute" | "hour" | null; readonly wait: number }>`
      INSERT INTO digitalocean_rate_limits AS limits (key, second, seconds, minute, minutes)
      SELECT ${key}, ms / 1000, 1 || array_fill(0, ARRAY[${size} - 1]), ms / 60000, 1 || array_fill(0, ARRAY[${size} - 1])
      FROM (SELECT floor(extract(epoch FROM ${clock}) * 1000)::bigint AS ms OFFSET 0) AS now
      ON CONFLICT (key) DO UPDATE SET (second, seconds, minute, minutes, refused, wait) = (
        SELECT second, ${counted("seconds")}, minute, ${counted("minutes")}, refused,
          CASE refused WHEN 'hour' THEN ${opens("minutes", "minute", 60_000)} - ms
            WHEN 'minute' THEN ${opens("seconds", "second", 1000)} - ms ELSE 0 END
        FROM (
          SELECT *, CASE WHEN ${total("minutes")} >= ${limits.hour}::integer THEN 'hour'
            WHEN ${total("seconds")} >= ${limits.minute}::integer THEN 'minute' END AS refused
          FROM (
            SELECT ms, second, minute, ${shifted("seconds", "seconds_since")} AS seconds,
              ${shifted("minutes", "minutes_since")} AS minutes
            FROM (
              SELECT ms, ms / 1000 AS second, ms / 60000 AS minute,
                least(greatest(ms / 1000 - limits.second, 0), ${size})::integer AS seconds_since,
                least(greatest(ms / 60000 - limits.minute, 0), ${size})::integer AS minutes_since
              FROM (SELECT floor(extract(epoch FROM ${clock}) * 1000)::bigint AS ms OFFSET 0) AS now
            ) AS ages
          ) AS present
        ) AS result
      )
      RETURNING refused, wait::double precision AS wait`.withoutTransform,
    ([row]) =>
      row == null || row.refused === null
        ? undefined
        : { window: row.refused, limit: limits[row.refused], wait: Math.max(1, Number(row.wait)) }
  )
}
