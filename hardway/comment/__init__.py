"""The one comment per environment that a pull request gets on GitHub or Gitea."""
