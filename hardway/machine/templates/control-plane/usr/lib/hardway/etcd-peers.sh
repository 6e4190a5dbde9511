# How the etcd scripts of this machine talk to the cluster's members. Sourced, not run.
# Sets NAME, ADDRESS, PEER_URL (this member), PEERS (endpoints of all others), MEMBER_COUNT, and MARKER,
# the S3 object, with FORMED, the file, that record that a cluster has formed.
# shellcheck disable=SC2034

MARKER=cluster/formed
FORMED=/var/lib/etcd/formed
NAME=$(sed -n 's/^ETCD_NAME=//p' /etc/etcd/etcd.env)
ADDRESS='' PEERS='' MEMBER_COUNT=0
while read -r name address; do
  MEMBER_COUNT=$((MEMBER_COUNT + 1))
  if [ "$name" = "$NAME" ]; then
    ADDRESS=$address
  else
    PEERS=${PEERS:+$PEERS,}https://$address:2379
  fi
done </etc/etcd/members
PEER_URL=https://$ADDRESS:2380

export ETCDCTL_CACERT=/etc/etcd/pki/ca.crt
export ETCDCTL_CERT=/etc/etcd/pki/client.crt
export ETCDCTL_KEY=/etc/etcd/pki/client.key

ask_peers() {
  /opt/hardway/bin/etcdctl --endpoints="$PEERS" --dial-timeout=2s --command-timeout=5s "$@"
}

ask_self() {
  /opt/hardway/bin/etcdctl --endpoints=https://127.0.0.1:2379 --dial-timeout=2s --command-timeout=5s "$@"
}

say() {
  echo "$(basename "$0"): $*" >&2
}

# Prints one line per member: id, status, name, peer URLs, client URLs, learner; `-` where one is empty.
members() {
  ask_peers --command-timeout="${PATIENCE:-5s}" member list --write-out=simple | sed -e 's/, /|/g' -e 's/||/|-|/g' -e 's/||/|-|/g'
}
