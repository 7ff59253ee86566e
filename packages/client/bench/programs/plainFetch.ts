const response = await fetch(`${process.argv[2]}/v2/images/1000777`, {
  headers: { accept: "application/json", authorization: `Bearer ${process.env["DIGITALOCEAN_TOKEN"]}` }
})
const { image } = (await response.json()) as { image: { name: string } }
process.stdout.write(`${image.name}\n`)
