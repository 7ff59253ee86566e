/**
 * The npm clients and bundlers that the benches measure, each with the few names they use of it. They are installed by
 * `npm run bench` and not by `npm ci`, so the compiler cannot ask for their own types.
 */
interface Peers {
  readonly undici: {
    readonly Agent: new () => object
    readonly request: (
      url: string,
      options: { readonly dispatcher: object; readonly headers: Readonly<Record<string, string>> }
    ) => Promise<{ readonly statusCode: number; readonly body: { readonly text: () => Promise<string> } }>
  }
  readonly "dots-wrapper": {
    readonly createApiClient: (options: { readonly token: string; readonly endpoint: string }) => {
      readonly image: {
        readonly getImage: (input: {
          readonly image_id: number
        }) => Promise<{ readonly data: { readonly image: { readonly id: number } } }>
      }
    }
  }
  readonly "do-wrapper": {
    readonly default: {
      readonly default: new (
        token: string
      ) => {
        readonly images: {
          readonly requestHelper: { apiUrl: string }
          readonly getByIdOrSlug: (id: string) => Promise<{ readonly image: { readonly id: number } }>
        }
      }
    }
  }
  readonly "@digitalocean/dots": {
    readonly createDigitalOceanClient: (adapter: object) => {
      readonly v2: {
        readonly images: {
          readonly byImage_id: (id: number) => {
            readonly get: () => Promise<{ readonly image?: { readonly id?: number } } | undefined>
          }
        }
      }
    }
    readonly DigitalOceanApiKeyAuthenticationProvider: new (token: string) => object
  }
  readonly "@microsoft/kiota-http-fetchlibrary": {
    readonly FetchRequestAdapter: new (auth: object) => { baseUrl: string }
  }
  readonly esbuild: {
    readonly build: (options: {
      readonly entryPoints: ReadonlyArray<string>
      readonly outfile: string
      readonly bundle: true
      readonly minify: true
      readonly format: "esm"
      readonly platform: "node"
      readonly target: string
      readonly conditions: ReadonlyArray<string>
      readonly external: ReadonlyArray<string>
      readonly legalComments: "none"
    }) => Promise<unknown>
  }
  readonly rolldown: {
    readonly build: (options: {
      readonly input: string
      readonly platform: "node"
      readonly external: RegExp | ReadonlyArray<string>
      readonly resolve: { readonly conditionNames: ReadonlyArray<string> }
      readonly output: { readonly file: string; readonly format: "esm"; readonly minify: true }
    }) => Promise<unknown>
  }
}

/** Loads a peer; fails when it is not installed. */
export const load = <K extends keyof Peers>(name: K): Promise<Peers[K]> => import(name)
