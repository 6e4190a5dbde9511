"""What a preview tells: the engine's event log as a typed model, and that model as text, Markdown, HTML or JSON."""
