#!/bin/sh
# Runs inside the new root (chroot, own mount namespace) with the package names as arguments: turns a minbase
# into the base image of every machine. Part of the image's cache key, so a change here makes a new image.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

# No daemon may start in here, and an image that is thrown away on failure need not be synced file by file.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/unsafe-io

apt-get -qq update
apt-get -qq -y dist-upgrade
apt-get -qq -y --no-install-recommends install "$@"

# Debian's recipe has the distribution's sources on the image; a machine here has no way to them.
rm -f /etc/apt/sources.list /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/unsafe-io
apt-get -qq clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*.log /var/log/apt

# What has to be different on each machine is made on its first boot.
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id /etc/hostname
: > /etc/machine-id
mkdir -p /var/lib/systemd/linger
