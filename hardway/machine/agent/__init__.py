"""The programs that a control plane runs beside Kubernetes. Standard library only: they run on the machine.

The renderer puts this folder on the machine as /usr/lib/hardway/agent; units run `python3 -m agent.<program>`.
"""
