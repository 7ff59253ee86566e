/**
 * Idempotent operations: each inspects a resource, and sends its request only if it is needed.
 *
 * `transfer`, `conversion`, `tag` and `deletion` are for images, `power` and `snapshot` for Droplets. Each returns a
 * `Result`: `Requested` if it sent the request, `Joined` if an action that does the same was found, `Satisfied` if the
 * resource is already in the desired state. Each can be run again at any time, also in another process.
 *
 * They have the same behaviour if something goes wrong:
 *
 * - a request whose outcome is unknown is not sent again: what it created is searched for
 * - after a refusal (409 or 422), what another process started a moment ago is used
 * - a request that is rejected because the resource is busy is sent again for 25 seconds while no action explains that;
 *   with `waitForEvents`, the other actions are waited for
 * - a 404 is retried for a while, because a resource that was created a moment ago may not be visible yet
 * - a field that the API leaves out is unknown: an action in progress without a type or a region may be the requested
 *   one, and is waited for first
 * - an action that has completed is more recent than the status of its resource, which may lag behind it
 *
 * They do not wait for the action that they return: use `Actions.await`, and `awaitSnapshotImage` for a snapshot.
 *
 * @since 0.1.0
 */
export {
  /**
   * Returns the action of a result, or `None` if the resource was already in the desired state.
   *
   * @category getters
   * @since 0.1.0
   */
  actionOf,
  /**
   * An action that does the same was found: it is in progress, or another process started it at the same moment.
   *
   * @category models
   * @since 0.1.0
   */
  type Joined,
  /**
   * Options of every operation.
   *
   * @category options
   * @since 0.1.0
   */
  type Options,
  /**
   * The request was sent. `action` is null for tags and deletions.
   *
   * @category models
   * @since 0.1.0
   */
  type Requested,
  /**
   * What an operation did. For tags and deletions, which have no action, `A` is null.
   *
   * @category models
   * @since 0.1.0
   */
  type Result,
  /**
   * The resource is already in the desired state, for this reason.
   *
   * @category models
   * @since 0.1.0
   */
  type Satisfied
} from "./internal/ensure/model.ts"

export {
  /**
   * Converts a backup to a snapshot. Fails with `NotABackup` for an image that is neither.
   *
   * **Details**
   *
   * `POST /v2/images/{image_id}/actions`, once. `state` comes from {@link inspectImage}, and may be old.
   *
   * @category operations
   * @since 0.1.0
   */
  conversion,
  /**
   * Returns the conversion of the image that is in progress.
   *
   * @category getters
   * @since 0.1.0
   */
  conversionInProgress,
  /**
   * Returns `true` if the image is available in a region, or a transfer there completed within 10 minutes before: the
   * response may lack the region for a while after that.
   *
   * @category predicates
   * @since 0.1.0
   */
  hasRegion,
  /**
   * Reads an image, and the latest 200 actions on it before that. Two requests.
   *
   * @category constructors
   * @since 0.1.0
   */
  inspectImage,
  /**
   * Returns `true` if the image is a snapshot, or its conversion completed within 10 minutes before: the response may
   * contain the type `backup` for a while after that.
   *
   * @category predicates
   * @since 0.1.0
   */
  isConverted,
  /**
   * The image is neither a backup nor a snapshot, so it cannot be converted.
   *
   * @category errors
   * @since 0.1.0
   */
  NotABackup,
  /**
   * Copies an image to a region.
   *
   * **Details**
   *
   * `POST /v2/images/{image_id}/actions`, once. `state` comes from {@link inspectImage}, and may be old.
   *
   * @category operations
   * @since 0.1.0
   */
  transfer,
  /**
   * Returns the transfer of the image to a region that is in progress.
   *
   * @category getters
   * @since 0.1.0
   */
  transferInProgress,
  /**
   * An image and the latest actions on it, newest first, as they were at `readAt`.
   *
   * @category models
   * @since 0.1.0
   */
  type ImageState
} from "./internal/ensure/images.ts"

export {
  /**
   * Deletes an image in all its regions. An image that does not exist is `Satisfied`.
   *
   * `DELETE /v2/images/{image_id}`. An image that is given as a model is not read first.
   *
   * @category operations
   * @since 0.1.0
   */
  deletion,
  /**
   * Tags an image, and creates the tag if it does not exist.
   *
   * `POST /v2/tags/{tag_id}/resources`. An image that is given as a model is not read first.
   *
   * @category operations
   * @since 0.1.0
   */
  tag
} from "./internal/ensure/imageChanges.ts"

export {
  /**
   * Waits for the actions on a Droplet that are in progress. An action that errored is done too.
   *
   * @category combinators
   * @since 0.1.0
   */
  awaitIdle,
  /**
   * Returns `true` if a Droplet is on, or off, and no action in progress changes that.
   *
   * @category predicates
   * @since 0.1.0
   */
  hasPower,
  /**
   * Reads a Droplet, and then the latest 50 actions on it. Two requests.
   *
   * @category constructors
   * @since 0.1.0
   */
  inspectDroplet,
  /**
   * Powers a Droplet off, without a shutdown of its operating system, or on.
   *
   * `POST /v2/droplets/{droplet_id}/actions`, once.
   *
   * @category operations
   * @since 0.1.0
   */
  power,
  /**
   * Returns whether a Droplet is on or off, or `undefined` if it is neither, for example while it is created. A power
   * action that completed within the last minute decides, because the status may lag behind it.
   *
   * @category getters
   * @since 0.1.0
   */
  powerOf,
  /**
   * Runs an effect that inspects a Droplet and sends a request again after the request was rejected because the Droplet is
   * busy.
   *
   * **Details**
   *
   * It does so for `waitForEvents`; while `isJoined` accepts every action in progress; and for 25 seconds while no action
   * is in progress that explains the refusal. For 25 seconds after such a refusal it also does so after any other 409 or
   * 422.
   *
   * @category combinators
   * @since 0.1.0
   */
  retryWhileLocked,
  /**
   * A Droplet and the latest actions on it, newest first, as they were at `readAt`.
   *
   * @category models
   * @since 0.1.0
   */
  type DropletState,
  /**
   * Options of {@link retryWhileLocked}.
   *
   * @category options
   * @since 0.1.0
   */
  type LockOptions,
  /**
   * On or off.
   *
   * @category models
   * @since 0.1.0
   */
  type Power,
  /**
   * Options of {@link power}, and of {@link inspectDroplet}. `known` are actions that the listing may not contain yet, for
   * example those of this process.
   *
   * @category options
   * @since 0.1.0
   */
  type PowerOptions
} from "./internal/ensure/droplets.ts"

export * from "./internal/ensure/powerActions.ts"

export {
  /**
   * As {@link joinSnapshot}, for a snapshot that has to succeed: fails with `ActionErrored` if it errored.
   *
   * @category combinators
   * @since 0.1.0
   */
  awaitSnapshotImage,
  /**
   * Reads the latest 50 actions on a Droplet, and then its snapshots, both newest first. Two requests.
   *
   * @category constructors
   * @since 0.1.0
   */
  inspectSnapshots,
  /**
   * Waits for a snapshot, and until its image is listed and readable, whatever its name. Returns `None` if the snapshot
   * errored, or if an action without a type created no image. Fails with `SnapshotNotFound` if the image is not listed in
   * time: another snapshot might create a second image.
   *
   * @category combinators
   * @since 0.1.0
   */
  joinSnapshot,
  /**
   * Takes a snapshot of a Droplet under a name.
   *
   * **Details**
   *
   * `POST /v2/droplets/{droplet_id}/actions`, once. The action of a snapshot does not contain its name, so a snapshot in
   * progress is always `Joined`: if its image, which {@link joinSnapshot} returns, is a different one, take the snapshot
   * again with that action in `except`.
   *
   * @category operations
   * @since 0.1.0
   */
  snapshot,
  /**
   * Returns the action of a snapshot whose image is not listed yet: it is in progress, or completed a moment ago.
   *
   * **Details**
   *
   * A field that is missing is unknown: a completed snapshot without `completed_at` may have completed a moment ago if it
   * was started within a day, and an action without a type may be a snapshot.
   *
   * @category getters
   * @since 0.1.0
   */
  snapshotInProgress,
  /**
   * Starts a snapshot without inspecting the Droplet: its action is a new one, which `state` does not contain.
   *
   * `POST /v2/droplets/{droplet_id}/actions`, once.
   *
   * @category operations
   * @since 0.1.0
   */
  startSnapshot,
  /**
   * Returns `true` for the action of a snapshot, and for an action without a type.
   *
   * @category predicates
   * @since 0.1.0
   */
  mayBeSnapshot,
  /**
   * Returns `true` for an image that was created since an action on its Droplet started: its snapshot may be that action or
   * a later one. Timestamps have whole seconds, so an image of the same second is included.
   *
   * @category predicates
   * @since 0.1.0
   */
  mayBeImageOf,
  /**
   * Returns `true` for a refusal of a snapshot because the Droplet is busy, or because its status lags behind a
   * `power_off`: the `isLocked` of a snapshot for {@link retryWhileLocked}.
   *
   * @category predicates
   * @since 0.1.0
   */
  isSnapshotLocked,
  /**
   * Options to wait for the image of a snapshot.
   *
   * @category options
   * @since 0.1.0
   */
  type AwaitImageOptions,
  /**
   * Options of {@link snapshot}.
   *
   * @category options
   * @since 0.1.0
   */
  type SnapshotOptions,
  /**
   * The snapshots of a Droplet and the latest actions on it, newest first, as they were at `readAt`.
   *
   * @category models
   * @since 0.1.0
   */
  type SnapshotState,
  /**
   * The snapshot exists already, as this image.
   *
   * @category models
   * @since 0.1.0
   */
  type Taken
} from "./internal/ensure/snapshots.ts"

export * from "./internal/ensure/inspectImages.ts"
