"""What AWS does and moto does not: the AMI's name, addresses from the subnet, the addresses of load balancers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.utils import parse_user_data
from moto.elbv2.models import AvailabilityZone, ELBv2Backend, FakeLoadBalancer, elbv2_backends
from moto.route53.responses import Route53

DEBIAN_ACCOUNT = "136693071363"


def install() -> None:
    """Put everything below into moto's classes."""
    _images()
    _addresses()
    _instances()
    _endpoints()
    _load_balancers()
    _zones()
    _volumes()


def _images() -> None:
    """Any exact Debian image name that is asked for exists, once."""
    original = AmiBackend.describe_images

    def describe_images(
        self: Any, ami_ids: Any = None, filters: Any = None, exec_users: Any = None, owners: Any = None
    ) -> Any:
        names = (filters or {}).get("name", [])
        if DEBIAN_ACCOUNT in (owners or (filters or {}).get("owner-id", [])):
            for name in names:
                ami_id = "ami-" + hashlib.sha256(name.encode()).hexdigest()[:17]
                if "*" not in name and name.startswith("debian-12-") and ami_id not in self.amis:
                    self.amis[ami_id] = _debian(self, ami_id, name)
        return original(self, ami_ids, filters, exec_users, owners)

    AmiBackend.describe_images = describe_images


def _debian(backend: Any, ami_id: str, name: str) -> Ami:
    return Ami(
        backend,
        ami_id,
        name=name,
        owner_id=DEBIAN_ACCOUNT,
        description="Debian 12",
        public=True,
        virtualization_type="hvm",
        architecture="arm64" if "arm64" in name else "x86_64",
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name="/dev/xvda",
        region_name=f"{backend.region_name}a",
    )


def addresses_in_use(backend: Any, subnet_id: str) -> Iterator[str]:
    """Every address of a subnet that an interface or a load balancer has."""
    for eni in backend.enis.values():
        if eni.subnet.id == subnet_id:
            yield eni.private_ip_address
    for balancer in elbv2_backends[backend.account_id][backend.region_name].load_balancers.values():
        if subnet_id in getattr(balancer, "addresses", {}):
            yield balancer.addresses[subnet_id]


def free_address(subnet: Any) -> str:
    """An unused address of the upper half: planned ones stand in the lower half of a subnet."""
    taken = set(addresses_in_use(subnet.ec2_backend, subnet.id)) | set(subnet._subnet_ips)
    network = IPv4Network(subnet.cidr_block)
    for number in range(network.num_addresses // 2, network.num_addresses - 1):
        if str(network[number]) not in taken:
            return str(network[number])
    raise EC2ClientError("InsufficientFreeAddressesInSubnet", f"The subnet {subnet.id} has no free address")


def _addresses() -> None:
    original = NetworkInterfaceBackend.create_network_interface

    def available(self: Any, instance: Any) -> str:
        address = free_address(self)
        self._subnet_ips[address] = instance
        return address

    def create(self: Any, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any) -> Any:
        place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        wanted = private_ip_address[0] if isinstance(private_ip_address, list) else private_ip_address
        if wanted and wanted in set(addresses_in_use(self, place.id)):
            raise EC2ClientError("InvalidIPAddress.InUse", f"Address {wanted} is in use.")
        secondary = args[0] if args else kwargs.get("private_ip_addresses")
        if not wanted and not secondary:
            wanted = free_address(place)
        return original(self, place, wanted, *args, **kwargs)

    Subnet.get_available_subnet_ip = available
    NetworkInterfaceBackend.create_network_interface = create


def template_user_data(template: Any) -> Any:
    """The user data of a template's version: moto reads that of the first one and keeps later ones as they came."""
    return template.user_data if template.number == 1 else parse_user_data(template.data.get("UserData"))


def _instances() -> None:
    """An instance is what its launch template says, to the last line of it.

    One on an interface of its own stands where that stands, and gives it back at the end.
    """
    run, terminate = InstanceBackend.run_instances, Instance.terminate

    def run_instances(self: Any, image_id: Any, count: int, user_data: Any, *args: Any, **kwargs: Any) -> Any:
        template = self._get_template_from_args(kwargs["launch_template"]) if kwargs.get("launch_template") else None
        if template is not None:
            user_data = user_data or template_user_data(template)
            for key, name in (
                ("metadata_options", "MetadataOptions"),
                ("instance_initiated_shutdown_behavior", "InstanceInitiatedShutdownBehavior"),
            ):
                kwargs[key] = kwargs.get(key) or template.data.get(name) or {}
        reservation = run(self, image_id, count, user_data, *args, **kwargs)
        profile = template.data.get("IamInstanceProfile") if template is not None else None
        if profile and not (kwargs.get("iam_instance_profile_name") or kwargs.get("iam_instance_profile_arn")):
            for instance in reservation.instances:
                self.associate_iam_instance_profile(
                    instance_id=instance.id,
                    iam_instance_profile_name=profile.get("Name"),
                    iam_instance_profile_arn=profile.get("Arn"),
                )
        for instance in reservation.instances:
            interface = instance.nics[0]
            instance._subnet_id = interface.subnet.id
            instance._placement.zone = interface.subnet.availability_zone
            if not instance.security_groups:
                instance.security_groups = list(interface._group_set)
        return reservation

    def terminate_instance(self: Any) -> Any:
        interfaces = list(self.nics.values())
        previous = terminate(self)
        for interface in interfaces:
            if not interface.delete_on_termination and interface.description != "Primary network interface":
                interface.instance = interface.attachment_id = interface.attach_time = None
                interface.status = "available"
            else:
                self.ec2_backend.enis.pop(interface.id, None)
            interface.subnet.del_subnet_ip(interface.private_ip_address)
        return previous

    def respond(self: Any) -> Any:
        answer = respond_plainly(self)
        for instance in answer.result.instances:
            instance.disable_api_termination = bool(self._get_param("DisableApiTermination"))
        return answer

    respond_plainly = InstanceResponse.run_instances
    InstanceResponse.run_instances = respond
    InstanceBackend.run_instances = run_instances
    Instance.terminate = terminate_instance


def _endpoints() -> None:
    """Interface endpoints have addresses of their subnets and are guarded by their security groups."""
    create, delete = VPCBackend.create_vpc_endpoint, VPCBackend.delete_vpc_endpoints

    def create_vpc_endpoint(self: Any, *args: Any, **kwargs: Any) -> Any:
        endpoint = create(self, *args, **kwargs)
        groups = [self.get_security_group_from_id(identifier) for identifier in endpoint.security_group_ids]
        for identifier in endpoint.network_interface_ids:
            interface = self.enis[identifier]
            interface.private_ip_address = None
            address = free_address(interface.subnet)
            interface.private_ip_address = address
            interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
            interface.interface_type, interface.status = "vpc_endpoint", "in-use"
            interface._group_set = groups or interface._group_set
        return endpoint

    def delete_vpc_endpoints(self: Any, vpce_ids: Any = None) -> Any:
        for identifier in vpce_ids or []:
            if endpoint := self.vpc_end_points.get(identifier):
                for interface in endpoint.network_interface_ids:
                    self.enis.pop(interface, None)
        return delete(self, vpce_ids)

    VPCBackend.create_vpc_endpoint = create_vpc_endpoint
    VPCBackend.delete_vpc_endpoints = delete_vpc_endpoints


def _load_balancers() -> None:
    """A load balancer has one address in each of its subnets: the one asked for, or a free one."""
    original = ELBv2Backend.create_load_balancer

    def create(self: Any, *args: Any, **kwargs: Any) -> Any:
        wanted = {
            mapping["SubnetId"]: mapping.get("PrivateIPv4Address") for mapping in kwargs.get("subnet_mappings") or []
        }
        backend = ec2_backends[self.account_id][self.region_name]
        for subnet_id, address in wanted.items():
            if address in set(addresses_in_use(backend, subnet_id)):
                raise EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")
        balancer = original(self, *args, **kwargs)
        balancer.addresses = {subnet.id: wanted.get(subnet.id) or free_address(subnet) for subnet in balancer.subnets}
        return balancer

    def zones(self: Any) -> list[AvailabilityZone]:
        found = []
        for subnet in self.subnets:
            zone = AvailabilityZone(subnet)
            zone.load_balancer_addresses = [{"PrivateIPv4Address": self.addresses[subnet.id]}]
            found.append(zone)
        return found

    ELBv2Backend.create_load_balancer = create
    FakeLoadBalancer.availability_zones = property(zones)


def _zones() -> None:
    """A zone that is made for a VPC is private without being told so."""
    original = Route53._get_bool_param

    def boolean(self: Any, name: str, if_none: Any = None) -> Any:
        if name == "HostedZoneConfig.PrivateZone" and self._get_param("VPC.VPCId"):
            return True
        return original(self, name, if_none)

    Route53._get_bool_param = boolean


def _volumes() -> None:
    """A volume can be detached without naming its instance."""
    original = EBSBackend.detach_volume

    def detach(self: Any, volume_id: str, instance_id: str | None, device_path: str | None) -> Any:
        attachment = self.get_volume(volume_id).attachment
        if attachment:
            instance_id, device_path = instance_id or attachment.instance.id, device_path or attachment.device
        return original(self, volume_id, instance_id, device_path)

    EBSBackend.detach_volume = detach
