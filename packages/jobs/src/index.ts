/**
 * What people do with DigitalOcean images, as programs over the client's services.
 *
 * @since 0.1.0
 */
export * as Cost from "./Cost.ts"
