/** The version in the user agent; a test compares it with package.json. */
export const version = "0.0.0"
