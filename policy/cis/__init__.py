"""The CIS Kubernetes Benchmark 1.12, as far as rendered files decide it, against what machines boot."""
