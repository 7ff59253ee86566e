import { type Bundler, bundle as build, gzipKb, type Program, withFolder } from "./harness/bundle.ts"
import type { Bench } from "./harness/report.ts"

/** "Get one image", bundled. */
export const bundle: Bench = {
  name: "bundle",
  what: "a program that gets one image over fetch, minified and gzipped",
  seconds: 4,
  run: () =>
    withFolder(async (folder) => {
      const size = async (program: Program, bundler: Bundler) => gzipKb(await build(program, bundler, folder))
      const result = {
        frontDoorGzipKb: await size("frontDoor", "rolldown"),
        imagesGzipKb: await size("images", "rolldown")
      }
      const beside = async (program: Program) => {
        const ours = await gzipKb(await build(program, "rolldown", folder, { withoutEffect: true }))
        return `esbuild ${(await size(program, "esbuild")).toFixed(1)} KB; without Effect ${ours.toFixed(1)} KB`
      }
      return {
        json: result,
        rows: [
          {
            what: "through DigitalOcean.layerConfig",
            value: result.frontDoorGzipKb,
            unit: "KB",
            atMost: 68,
            beside: await beside("frontDoor")
          },
          {
            what: "through Images.layer, given a token",
            value: result.imagesGzipKb,
            unit: "KB",
            atMost: 60,
            beside: await beside("images")
          },
          {
            what: "Effect's part of any: a bare GET and a Schema of two fields",
            value: await size("bareEffect", "rolldown"),
            unit: "KB",
            beside: `esbuild ${(await size("bareEffect", "esbuild")).toFixed(1)} KB`
          }
        ]
      }
    })
}
