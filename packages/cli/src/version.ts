/** The version that `doimg --version` tells; a test holds it against package.json. */
export const version = "0.0.0"
