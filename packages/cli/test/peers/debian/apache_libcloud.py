"""Apache Libcloud, as Debian packages it, against the sandbox at SANDBOX."""

import json
import os
import time
from urllib.parse import urlparse

import libcloud
from libcloud.common.digitalocean import DigitalOcean_v2_Connection
from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import InvalidCredsError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

WEB = 413118204
IMAGE = 166404101
TOKEN = os.environ["DIGITALOCEAN_ACCESS_TOKEN"]
SANDBOX = urlparse(os.environ["SANDBOX"])


class Connection(DigitalOcean_v2_Connection):
    """Where a subclass says where the provider is, as Libcloud wants it."""

    host = SANDBOX.hostname
    port = SANDBOX.port
    secure = 0


def connect(token):
    driver = get_driver(Provider.DIGITAL_OCEAN)(token)
    driver.connectionCls = Connection
    driver.connection = Connection(token, secure=False, host=SANDBOX.hostname, port=SANDBOX.port)
    driver.connection.driver = driver
    return driver


def until(ask, fits):
    for _ in range(100):
        answer = ask()
        if fits(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError("waited for ten seconds")


driver = connect(TOKEN)


def request(method, path, body=None):
    return driver.connection.request(path, method=method, data=None if body is None else json.dumps(body))


def completed(action):
    until(lambda: driver.ex_get_event(action["id"]), lambda action: action["status"] == "completed")


# lists, also page by page
assert len(driver.list_images()) == 22
driver.ex_per_page = 5
assert len({image.id for image in driver.list_images()}) == 22
driver.ex_per_page = 200
assert [node.name for node in driver.list_nodes()] == ["web-01", "db-01"]
assert len(driver.list_locations()) == 13
size = next(size for size in driver.list_sizes() if size.id == "s-1vcpu-1gb")

# renames and transfers, by its connection: it has no method for them
assert request("PUT", "/v2/images/%s" % IMAGE, {"name": "renamed"}).object["image"]["name"] == "renamed"
completed(request("POST", "/v2/images/%s/actions" % IMAGE, {"type": "transfer", "region": "sfo3"}).object["action"])
assert driver.get_image(IMAGE).extra["regions"] == ["nyc3", "sfo3"]

# snapshots a Droplet, and finds the image
web = next(node for node in driver.list_nodes() if int(node.id) == WEB)
assert driver.create_image(web, "by libcloud")
image = until(lambda: [one for one in driver.list_images() if one.name == "by libcloud"], len)[0]

# creates a Droplet from it: the image's id is text, and user_data is null
location = next(location for location in driver.list_locations() if location.id == "nyc3")
node = driver.create_node("peer", size, image, location, ex_create_attr={"tags": ["peer"]})
until(lambda: driver.ex_get_node_details(node.id), lambda node: node.state == NodeState.RUNNING)

# tags
request("POST", "/v2/tags", {"name": "golden"})
resources = {"resources": [{"resource_id": str(image.id), "resource_type": "image"}]}
assert request("POST", "/v2/tags/golden/resources", resources).status == 204
assert request("GET", "/v2/images/%s" % image.id).object["image"]["tags"] == ["golden"]

# volumes and their snapshots
volume = driver.list_volumes()[0]
assert driver.create_volume_snapshot(volume, "of a volume")
snapshot = driver.list_volume_snapshots(volume)[0]
assert driver.delete_volume_snapshot(snapshot)

# SSH keys
key = driver.create_key_pair(
    "peer", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI peer"
)
assert key.fingerprint == "2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc", key.fingerprint
assert driver.delete_key_pair(key)

# deletes
assert driver.destroy_node(node)
assert driver.delete_image(image)
try:
    driver.get_image(image.id)
    raise AssertionError("the image is still there")
except BaseHTTPError as error:
    assert error.code == 404, error

# errors
try:
    connect("wrong").list_images()
    raise AssertionError("the wrong token was taken")
except InvalidCredsError as error:
    assert "Unable to authenticate you" in str(error), error

print("libcloud %s: all is well" % libcloud.__version__)
