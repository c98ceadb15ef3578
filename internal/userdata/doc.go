// Package userdata writes the boot documents of hosts: what cloud-init reads at the first boot.
//
// A document is a #cloud-config that writes files and runs commands. Scripts are embedded as they
// stand; values reach them only through a file of assignments, in which [Env] quotes every one,
// so that no value can become shell:
//
//	script, err := userdata.Embedded(files, "files/host.sh", "/usr/local/sbin/host", "0755")
//	config := userdata.Config{
//		Files:    []userdata.File{script, {Path: "/etc/host/env", Mode: "0644", Content: userdata.Env(settings...)}},
//		Commands: [][]string{{"systemctl", "enable", "--now", "host.service"}},
//	}
//	document, err := userdata.Fit(config.String(), "give fewer hosts")
//
// Several documents, each read by another part of cloud-init, are one with [MultiPart].
//
// # Limits
//
// EC2 takes at most [MaxBytes] bytes, before base64. [Fit] compresses what is larger, which
// cloud-init undoes by itself, and refuses what is larger even so. A compressed document is not
// text: hand it to AWS in base64.
//
// Nothing here is secret or stays so: whoever may describe the instance reads its user data.
package userdata
