/**
 * Text for a terminal, as the jobs print it too.
 *
 * @since 0.1.0
 */
export * from "@effect-digitalocean/jobs/Text"
