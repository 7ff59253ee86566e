let page = 1
const names: Array<string> = []
for (;;) {
  const response = await fetch(`${process.argv[2]}/v2/images?private=true&page=${page}&per_page=200`, {
    headers: { accept: "application/json", authorization: `Bearer ${process.env["DIGITALOCEAN_TOKEN"]}` }
  })
  const body = (await response.json()) as {
    images: ReadonlyArray<{ id: number; name: string; regions: ReadonlyArray<string> }>
    links?: { pages?: { next?: string } }
  }
  names.push(...body.images.map(({ id, name, regions }) => `${id}  ${name}  ${regions}`))
  if (body.links?.pages?.next === undefined) break
  page += 1
}
process.stdout.write(`${names.join("\n")}\n`)
