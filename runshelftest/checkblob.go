package runshelftest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// previewRunes is how much of a stored string stays in the line.
const previewRunes = 200

// blob is the place of a string that is stored beside the line.
type blob struct {
	sum     string
	bytes   string
	preview string
}

var blobForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// findBlobs appends the blobs that a value names, at any depth. Data of the user
// that only looks a little like one is none.
func findBlobs(found []blob, value any) []blob {
	switch v := value.(type) {
	case event.Object:
		if b, ok := asBlob(v); ok {
			return append(found, b)
		}
		for _, m := range v {
			found = findBlobs(found, m.Value)
		}
	case []any:
		for _, element := range v {
			found = findBlobs(found, element)
		}
	}
	return found
}

func asBlob(o event.Object) (blob, bool) {
	if len(o) != 3 || o[0].Key != "$blob" || o[1].Key != "bytes" || o[2].Key != "preview" {
		return blob{}, false
	}
	name, isText := o[0].Value.(string)
	length, isNumber := o[1].Value.(json.Number)
	preview, hasPreview := o[2].Value.(string)
	ok := isText && isNumber && hasPreview && blobForm.MatchString(name)
	return blob{sum: strings.TrimPrefix(name, "sha256:"), bytes: length.String(), preview: preview}, ok
}

// blob wants the stored string to be there, whole.
func (c *check) blob(number int64, b blob) {
	if c.log.blobs[b.sum] {
		return
	}
	c.log.blobs[b.sum] = true
	name := path.Join(shelf.ArtifactsDir, "blobs", b.sum)
	content, err := os.ReadFile(c.path(name))
	if err != nil {
		c.fault(shelf.EventsFile, number, "names a blob: %v", err)
		return
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != b.sum {
		c.fault(name, 0, "has the digest %s", got)
	}
	if b.bytes != strconv.Itoa(len(content)) {
		c.fault(shelf.EventsFile, number, "says that the blob %s has %s bytes, and it has %d", b.sum, b.bytes, len(content))
	}
	if !strings.HasPrefix(string(content), b.preview) || utf8.RuneCountInString(b.preview) > previewRunes {
		c.fault(shelf.EventsFile, number, "has a preview that is not how the blob %s begins", b.sum)
	}
}
