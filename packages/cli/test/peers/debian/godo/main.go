// godo, as Debian packages it, against the sandbox at SANDBOX.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/digitalocean/godo"
	"golang.org/x/oauth2"
)

const (
	web    = 413118204
	image  = 166404101
	volume = "506f78a4-e098-11e5-ad9f-000f53306ae1"
)

var ctx = context.Background()

func connect(token string) *godo.Client {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	client, err := godo.New(oauth2.NewClient(ctx, source), godo.SetBaseURL(os.Getenv("SANDBOX")))
	must(err)
	return client
}

func must(err error) {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
}

func expect(holds bool, what string) {
	if !holds {
		log.Output(2, what)
		os.Exit(1)
	}
}

// status is the status of a failed request.
func status(err error) int {
	if failed, ok := err.(*godo.ErrorResponse); ok {
		return failed.Response.StatusCode
	}
	return 0
}

// until asks until the answer fits, and gives up after ten seconds.
func until(fits func() bool) {
	for i := 0; i < 100; i++ {
		if fits() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	log.Output(2, "waited for ten seconds")
	os.Exit(1)
}

func main() {
	client := connect(os.Getenv("DIGITALOCEAN_ACCESS_TOKEN"))
	completed := func(action *godo.Action) {
		until(func() bool {
			now, _, err := client.Actions.Get(ctx, action.ID)
			must(err)
			return now.Status == godo.ActionCompleted
		})
	}

	// lists, page by page
	seen := map[int]bool{}
	for page := 1; ; page++ {
		images, response, err := client.Images.ListUser(ctx, &godo.ListOptions{Page: page, PerPage: 4})
		must(err)
		for _, one := range images {
			seen[one.ID] = true
		}
		if response.Links.IsLastPage() {
			break
		}
	}
	expect(len(seen) == 6, fmt.Sprint("images: ", seen))

	// renames and transfers
	renamed, _, err := client.Images.Update(ctx, image, &godo.ImageUpdateRequest{Name: "renamed"})
	must(err)
	expect(renamed.Name == "renamed", renamed.Name)
	action, _, err := client.ImageActions.Transfer(ctx, image, &godo.ActionRequest{"type": "transfer", "region": "sfo3"})
	must(err)
	completed(action)
	moved, _, err := client.Images.GetByID(ctx, image)
	must(err)
	expect(fmt.Sprint(moved.Regions) == "[nyc3 sfo3]", fmt.Sprint(moved.Regions))

	// snapshots a Droplet, and finds the image
	action, _, err = client.DropletActions.Snapshot(ctx, web, "by godo")
	must(err)
	completed(action)
	var found *godo.Snapshot
	until(func() bool {
		snapshots, _, err := client.Snapshots.ListDroplet(ctx, nil)
		must(err)
		for i := range snapshots {
			if snapshots[i].Name == "by godo" {
				found = &snapshots[i]
			}
		}
		return found != nil
	})
	expect(found.ResourceID == fmt.Sprint(web), found.ResourceID)
	var id int
	_, err = fmt.Sscan(found.ID, &id)
	must(err)

	// creates a Droplet from it: the SSH keys are null
	droplet, _, err := client.Droplets.Create(ctx, &godo.DropletCreateRequest{
		Name: "peer", Region: "nyc3", Size: "s-1vcpu-1gb", Image: godo.DropletCreateImage{ID: id}, Tags: []string{"peer"},
	})
	must(err)
	until(func() bool {
		now, _, err := client.Droplets.Get(ctx, droplet.ID)
		must(err)
		return now.Status == "active"
	})
	_, _, err = client.Droplets.Create(ctx, &godo.DropletCreateRequest{
		Name: "peer", Region: "nyc3", Size: "s-1vcpu-1gb", Image: godo.DropletCreateImage{ID: 7},
	})
	expect(status(err) == 422, fmt.Sprint(err))

	// tags
	_, _, err = client.Tags.Create(ctx, &godo.TagCreateRequest{Name: "golden"})
	must(err)
	resources := []godo.Resource{{ID: found.ID, Type: godo.ImageResourceType}}
	_, err = client.Tags.TagResources(ctx, "golden", &godo.TagResourcesRequest{Resources: resources})
	must(err)
	tag, _, err := client.Tags.Get(ctx, "golden")
	must(err)
	expect(tag.Resources.Images.LastTaggedURI != "", "no last_tagged_uri")

	// volumes, firewalls and SSH keys
	_, _, err = client.Storage.GetVolume(ctx, volume)
	must(err)
	taken, _, err := client.Storage.CreateSnapshot(ctx, &godo.SnapshotCreateRequest{VolumeID: volume, Name: "of a volume"})
	must(err)
	_, _, err = client.Storage.GetSnapshot(ctx, taken.ID)
	must(err)
	_, err = client.Storage.DeleteSnapshot(ctx, taken.ID)
	must(err)
	firewalls, _, err := client.Firewalls.List(ctx, nil)
	must(err)
	expect(len(firewalls) == 0, fmt.Sprint(firewalls))
	key, _, err := client.Keys.Create(ctx, &godo.KeyCreateRequest{
		Name:      "peer",
		PublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI peer",
	})
	must(err)
	_, err = client.Keys.DeleteByFingerprint(ctx, key.Fingerprint)
	must(err)

	// deletes
	_, err = client.Droplets.DeleteByTag(ctx, "peer")
	must(err)
	_, _, err = client.Droplets.Get(ctx, droplet.ID)
	expect(status(err) == 404, fmt.Sprint(err))
	_, err = client.Images.Delete(ctx, id)
	must(err)
	_, _, err = client.Images.GetByID(ctx, id)
	expect(status(err) == 404 && err.(*godo.ErrorResponse).RequestID != "", fmt.Sprint(err))

	// errors
	_, _, err = connect("wrong").Images.ListUser(ctx, nil)
	expect(status(err) == 401, fmt.Sprint(err))

	fmt.Println("godo: all is well")
}
