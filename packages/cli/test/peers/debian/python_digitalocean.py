"""python-digitalocean, as Debian packages it, against the sandbox at DIGITALOCEAN_END_POINT."""

import os
import time

import digitalocean
from digitalocean.baseapi import NotFoundError

WEB = 413118204
IMAGE = 166404101
TOKEN = os.environ["DIGITALOCEAN_ACCESS_TOKEN"]


def until(ask, fits):
    for _ in range(100):
        answer = ask()
        if fits(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError("waited for ten seconds")


manager = digitalocean.Manager(token=TOKEN)

# lists, page by page
assert len(manager.get_my_images()) == 6
assert len(manager.get_all_images()) == 22
assert len(manager.get_data("images", params={"private": True, "per_page": 4})["images"]) == 6
assert [droplet.name for droplet in manager.get_all_droplets()] == ["web-01", "db-01"]

# renames and transfers
image = manager.get_image(IMAGE)
image.rename("renamed")
action = image.transfer("sfo3")["action"]
until(lambda: manager.get_action(action["id"]), lambda action: action.status == "completed")
image = manager.get_image(IMAGE)
assert (image.name, image.regions) == ("renamed", ["nyc3", "sfo3"]), (image.name, image.regions)

# snapshots a Droplet, and finds the image
web = manager.get_droplet(WEB)
action = web.take_snapshot("by python-digitalocean", return_dict=False)
assert action.wait(0.1)
snapshots = until(
    lambda: [one for one in manager.get_droplet_snapshots() if one.name == "by python-digitalocean"], len
)
found = snapshots[0]
assert found.resource_id == str(WEB), found.resource_id

# creates a Droplet from it, with null for whatever is not given
droplet = digitalocean.Droplet(
    token=TOKEN, name="peer", region="nyc3", image=found.id, size_slug="s-1vcpu-1gb", backups=False
)
droplet.create()
until(lambda: manager.get_droplet(droplet.id), lambda droplet: droplet.status == "active")

# tags, and lists by tag
tag = digitalocean.Tag(token=TOKEN, name="golden")
tag.create()
tag.add_droplets([droplet.id])
tag.add_snapshots([])
assert [one.id for one in manager.get_all_droplets(tag_name="golden")] == [droplet.id]
assert tag.load().resources["droplets"]["last_tagged_uri"].endswith("/v2/droplets/%s" % droplet.id)

# SSH keys
key = digitalocean.SSHKey(
    token=TOKEN,
    name="peer",
    public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI peer",
)
key.create()
assert [one.fingerprint for one in manager.get_all_sshkeys()] == ["2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc"]
key.destroy()

# deletes
droplet.destroy()
found.destroy()
tag.delete()
for gone in (lambda: manager.get_image(int(found.id)), lambda: manager.get_droplet(droplet.id)):
    try:
        gone()
    except NotFoundError:
        continue
    raise AssertionError("it is still there")

# errors
try:
    digitalocean.Droplet(token=TOKEN, name="a", region="nyc3", image=7, size_slug="s-1vcpu-1gb").create()
    raise AssertionError("a Droplet of no image")
except digitalocean.DataReadError as error:
    assert str(error) == "You specified an invalid image for Droplet creation.", error
try:
    digitalocean.Manager(token="wrong").get_my_images()
    raise AssertionError("the wrong token was taken")
except digitalocean.DataReadError as error:
    assert str(error) == "Unable to authenticate you", error

print("python-digitalocean %s: all is well" % digitalocean.__version__)
