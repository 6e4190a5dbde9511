"""What apt prints is read right."""

from __future__ import annotations

from hardway.artifacts.packages import PRINTED_URI

PRINTED = (
    "'http://deb.debian.org/debian/pool/main/n/nftables/nftables_1.0.6-2%2bdeb12u2_amd64.deb' "
    "nftables_1.0.6-2+deb12u2_amd64.deb 70292 SHA256:966ff20ce58c17163a771c02ddbca264291408f94c512bd85dd18da0ebdbe88c\n"
)


def test_the_address_is_found_in_what_apt_prints() -> None:
    found = PRINTED_URI.search(f"Reading package lists...\n{PRINTED}")
    assert found is not None
    assert found["url"].endswith("nftables_1.0.6-2%2bdeb12u2_amd64.deb")
    assert found["file"] == "nftables_1.0.6-2+deb12u2_amd64.deb"
