package userdata

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/textproto"
)

// Kind says which part of cloud-init reads a document.
type Kind string

const (
	// CloudConfig is a #cloud-config, such as [Config] writes.
	CloudConfig Kind = "text/cloud-config"
	// ShellScript runs once, after all configuration.
	ShellScript Kind = "text/x-shellscript"
	// BootHook runs early and at every boot.
	BootHook Kind = "text/cloud-boothook"
)

// Part is one document of several.
type Part struct {
	Kind Kind
	// Name is the file name that cloud-init stores the part under and shows in its log.
	Name    string
	Content string
}

// MultiPart makes one document of several. The boundary follows from the content, so that the
// same parts always give the same document.
func MultiPart(parts ...Part) (string, error) {
	hash := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(hash, "%q %q %q\n", p.Kind, p.Name, p.Content)
	}
	boundary := "riglet-" + hex.EncodeToString(hash.Sum(nil))[:32]
	var b bytes.Buffer
	fmt.Fprintf(&b, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%s\"\n\n", boundary)
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(boundary); err != nil {
		return "", err
	}
	for _, p := range parts {
		if err := p.write(w); err != nil {
			return "", err
		}
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (p Part) write(w *multipart.Writer) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {string(p.Kind) + "; charset=\"utf-8\""},
		"Content-Transfer-Encoding": {"8bit"},
		"Content-Disposition":       {fmt.Sprintf("attachment; filename=%q", p.Name)},
	})
	if err != nil {
		return err
	}
	_, err = part.Write([]byte(p.Content))
	return err
}
