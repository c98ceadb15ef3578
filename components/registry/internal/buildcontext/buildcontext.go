// Package buildcontext reads the folder that an image is built from.
package buildcontext

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/riglet/riglet/internal/check"
)

// Dockerfile is where a folder has its Dockerfile, unless something else is said.
func Dockerfile(folder string) string { return filepath.Join(folder, "Dockerfile") }

// Check wants a folder and a Dockerfile that are there, and a .dockerignore that can be read.
func Check(f check.Faults, folder, dockerfile string) {
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		f.At("context").Want("a folder", folder)
		return
	}
	info, err = os.Stat(dockerfile)
	if err != nil || !info.Mode().IsRegular() {
		f.At("dockerfile").Want("a file", dockerfile)
	}
	if _, err := readIgnored(folder, dockerfile); err != nil {
		f.At("context").Want("a .dockerignore with patterns that can be read", err)
	}
}

// Hash is a hash over the Dockerfile and over whatever of the folder goes into the build: names, contents, links, and
// whether a file may be run. Times and owners do not count, so that every checkout of a commit gives the same.
func Hash(folder, dockerfile string) (string, error) {
	ignored, err := readIgnored(folder, dockerfile)
	if err != nil {
		return "", fmt.Errorf("%s: %w", folder, err)
	}
	sum := sha256.New()
	// Docker reads these whether or not they are left out of the build.
	for _, file := range []string{dockerfile, filepath.Join(folder, ignoreFile), dockerfile + ignoreFile} {
		_, _ = fmt.Fprintln(sum, "read by docker") // a hash takes everything
		if err := addFile(sum, file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		return ignored.visit(sum, folder, path, entry)
	}); err != nil {
		return "", fmt.Errorf("build context: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// visit adds an entry that goes into the build, and steps over a folder of which nothing does.
func (i ignored) visit(sum hash.Hash, folder, path string, entry fs.DirEntry) error {
	name, err := filepath.Rel(folder, path)
	if err != nil {
		return err
	}
	name = filepath.ToSlash(name)
	switch {
	case !i.matches(name):
		return add(sum, path, name, entry)
	case entry.IsDir() && !i.exceptions():
		return fs.SkipDir
	default:
		return nil
	}
}

// add adds one entry of the folder: a line that says what it is, and then its contents.
func add(sum hash.Hash, path, name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		_, err = fmt.Fprintf(sum, "folder %q\n", name)
	case mode&fs.ModeSymlink != 0:
		var target string
		if target, err = os.Readlink(path); err == nil {
			_, err = fmt.Fprintf(sum, "link %q %q\n", name, target)
		}
	case mode.IsRegular():
		const run = 0o111
		if _, err = fmt.Fprintf(sum, "file %q %t %d\n", name, mode&run != 0, info.Size()); err == nil {
			err = addFile(sum, path)
		}
	}
	return err
}

func addFile(sum io.Writer, path string) error {
	file, err := os.Open(path) //nolint:gosec // the folder is the caller's choice
	if err != nil {
		return err
	}
	_, err = io.Copy(sum, file)
	return errors.Join(err, file.Close())
}
