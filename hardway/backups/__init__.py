"""Backups of etcd from outside: which there are, drills that prove them, the order by which machines restore one."""
