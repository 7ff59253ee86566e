/**
 * doimg with all that is for stored jobs. Published as a program of its own, so that a start without them loads nothing of it.
 *
 * @since 0.1.0
 */
export { main } from "./main.ts"
