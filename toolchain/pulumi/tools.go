//go:build tools

// Package pulumi pins the Pulumi command line, built from its published modules.
package pulumi

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
