import * as Effect from "effect/Effect"
import * as Image from "../../Image.ts"
import * as Page from "../../Page.ts"
import { endpoints, searched } from "../endpoints/images.ts"
import * as ListReader from "../paging/listReader.ts"
import { asPoll } from "./asPoll.ts"
import { perClient } from "./perClient.ts"
import * as RowPoller from "./rowPoller.ts"
import * as RowResolver from "./rowResolver.ts"

/**
 * Creates the poller of the images of a client: one image is fetched with a GET, several are read from the account's
 * private images.
 */
export const makeImagePoller = perClient((client): RowPoller.RowPoller<Image.Image> => {
  const poller: RowPoller.RowPoller<Image.Image> = RowPoller.make(
    client,
    isSettled,
    () => privateImages.countRequests(poller.live.ids),
    Effect.fnUntraced(function* (requests) {
      const unresolved: RowResolver.Unresolved<Image.Image> = Map.groupBy(requests, ({ input }) => input.id)
      const listed = new Map([...unresolved].filter(([, [first]]) => mayBeListed(first?.input.pollVia)))
      if (poller.live.size > 1) {
        for (const id of listed.keys()) unresolved.delete(id)
        const isWorthwhile = RowResolver.isShared(privateImages, poller.live.ids)
        yield* resolver.readPages("images", listed, privateImages, isWorthwhile)
        for (const [id, requests] of listed) unresolved.set(id, requests)
      }
      yield* resolver.fetchEach(unresolved, (image_id) => asPoll(client.run(endpoints.get, { path: { image_id } })))
    })
  )
  const resolver = RowResolver.make(poller.offer)
  const privateImages = ListReader.make(
    "Images.list",
    (page) => asPoll(client.run(searched, { query: { ...Page.pageQuery(page), private: true } })),
    (id) => poller.live.has(id)
  )
  return poller
})

/** Whether an image will not change any more: it is available, or deleted. */
export const isSettled = (image: Image.Image): boolean => Image.isAvailable(image) || Image.isDeleted(image)

const mayBeListed = (pollVia: RowResolver.PollStrategy | undefined): boolean =>
  pollVia === undefined || pollVia === "account"
