"""Small stand-ins for the Pulumi plugins that can't be downloaded where only package registries are reachable."""
