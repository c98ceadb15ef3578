// Package dbhost renders the boot document of the Debian 12 host that CouchDB runs on.
package dbhost
