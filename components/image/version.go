package image

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// node is what one part of a version may be at most: Image Builder takes 0 to 2^30-1.
const node = 1<<30 - 1

// version is a semantic version that follows from the content alone: the same content has the same version at every
// run and on every machine, other content has another. Image Builder makes a version only once, and never changes it.
func version(content ...string) (string, error) {
	text, err := json.Marshal(content) // which keeps "a","b" apart from "ab"
	if err != nil {
		return "", fmt.Errorf("version: %w", err)
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf("1.%d.%d", binary.BigEndian.Uint32(sum[:4])&node, binary.BigEndian.Uint32(sum[4:8])&node), nil
}
