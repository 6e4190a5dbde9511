"""An instance's states take time, as on AWS: a change is asked for here, and ends when the machine has followed."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

PENDING, STOPPING, SHUTTING_DOWN = "pending", "stopping", "shutting-down"
_CODES = {PENDING: 0, "running": 16, SHUTTING_DOWN: 32, STOPPING: 64}
_moto_stop, _moto_terminate = Instance.stop, Instance.terminate


def install() -> None:
    """Make moto's instances wait for their machines. After `moto_gaps`, whose ending it calls."""
    global _moto_terminate
    _moto_terminate = Instance.terminate
    moto_run = InstanceBackend.run_instances
    moto_start = Instance.start
    respond_to_stop = InstanceResponse.stop_instances

    def run_instances(self: Any, *args: Any, **kwargs: Any) -> Any:
        reservation = moto_run(self, *args, **kwargs)
        for instance in reservation.instances:
            set_state(instance, PENDING)
        return reservation

    def start(self: Any) -> Any:
        if self.state != "stopped":
            return self._state
        previous = moto_start(self)
        set_state(self, PENDING)
        return previous

    def stop(self: Any) -> Any:
        return set_state(self, STOPPING) if self.state in (PENDING, "running") else self._state

    def terminate(self: Any) -> Any:
        return self._state if self.state in (SHUTTING_DOWN, "terminated") else set_state(self, SHUTTING_DOWN)

    def reboot(self: Any) -> None:
        self.round = getattr(self, "round", 0) + 1

    def stop_instances(self: Any) -> Any:
        force = self._get_bool_param("Force", False)
        for instance_id in self._get_param("InstanceIds", []):
            if instance := self.ec2_backend.get_instance_by_id(instance_id):
                instance.stop_is_forced = force
        return respond_to_stop(self)

    InstanceResponse.stop_instances = stop_instances
    InstanceBackend.run_instances = run_instances
    Instance.start, Instance.stop, Instance.terminate, Instance.reboot = start, stop, terminate, reboot


def set_state(instance: Any, name: str) -> Any:
    """Put an instance into a state; answers the state that it had."""
    previous = instance._state
    instance._state = type(previous)(name, _CODES[name])
    return previous


def is_forced(instance: Any) -> bool:
    """Whether StopInstances was told to force: then nothing on the machine gets to run any more."""
    return bool(getattr(instance, "stop_is_forced", False))


def finish(instance: Any) -> None:
    """The machine is off or gone: end the transition that waited for it."""
    if instance.state == STOPPING:
        _moto_stop(instance)
    elif instance.state == SHUTTING_DOWN:
        _moto_terminate(instance)
