package userdata

import (
	"bytes"
	"compress/gzip"
	"fmt"
)

// MaxBytes is what EC2 accepts as user data, before base64.
const MaxBytes = 16384

// Fit returns a document that EC2 accepts: the given one, compressed only when it is too large.
// The remedy completes the error of one that is too large even so. The same document always gives
// the same bytes.
func Fit(document, remedy string) (string, error) {
	if len(document) <= MaxBytes {
		return document, nil
	}
	packed, err := compress(document)
	if err != nil {
		return "", err
	}
	if len(packed) > MaxBytes {
		return "", fmt.Errorf("user data: want at most %d bytes, got %d, and %d compressed: %s",
			MaxBytes, len(document), len(packed), remedy)
	}
	return packed, nil
}

// compress leaves the header without time and name, which would differ from run to run.
func compress(document string) (string, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write([]byte(document)); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return b.String(), nil
}
