/** The version that `doimg --version` tells; a test holds it against package.json. */
export const version = "0.0.0"

/** The oldest version of Node that runs doimg; a test compares it with package.json. */
export const node = "22.19.0"
