# Makes this member from a backup when an operator orders it. Sourced by etcd-formation after etcd-peers.sh and aws.sh.
#
# It happens only where nothing can be lost: the disk is empty, a cluster has formed, and no other member answers.
# All members restore the same snapshot with the same token and the planned list, which makes them one cluster. Another
# token is another cluster id: a member of the old cluster that comes back later cannot mix with it.

ORDER=cluster/restore/order.env
RESTORED=/var/lib/etcd/restored
RESTORING=/var/lib/etcd/restoring
SNAPSHOT=/var/lib/hardway/restore/snapshot.db
ORDER_FILE=/run/etcd/order.env
TOLD=/run/etcd/restore.told
LOOKED=-10

# Tells on the console, once for each change: `./hw status` and `./hw restore` read it there.
tell() { # STATE REASON
  [[ $(cat "$TOLD" 2>/dev/null) != "$1 $2" ]] || return 0
  echo "$1 $2" >"$TOLD"
  printf 'hardway-boot: step=restore state=%s reason=%s\n' "$1" "$2" | tee /dev/console
}

# Prints a value of the order, if it has that form. The order is never run as a program.
ordered() { # NAME PATTERN
  sed -n -E "s|^$1=($2)$|\1|p" $ORDER_FILE | head -n 1
}

# The ids of the clusters that other members are in. A member tells it on its peer port, with or without a quorum.
clusters_of_others() {
  local name address
  while read -r name address; do
    [ "$name" != "$NAME" ] || continue
    curl -sS --noproxy '*' --connect-timeout 1 --max-time 3 --output /dev/null --dump-header - \
      --cacert /etc/etcd/pki/peer-ca.crt --cert /etc/etcd/pki/peer.crt --key /etc/etcd/pki/peer.key \
      "https://$address:2380/members" 2>/dev/null |
      tr -d '\r' | sed -n "s/^X-Etcd-Cluster-Id: \(.*\)/$name \1/Ip" || true
  done </etc/etcd/members
}

# 0 once this member is restored; 1 while there is nothing to restore or it failed, which it tells.
restore_if_ordered() {
  ((SECONDS > LOOKED)) || return 1
  LOOKED=$SECONDS
  # An order that cannot be read is none: S3 says so as well when nobody may give orders here.
  if ! AWS_ATTEMPTS=1 aws_get_object $ORDER $ORDER_FILE 2>/dev/null; then
    tell waiting 'this disk is empty and no other member answers; restore a backup: ./hw restore ENV'
    return 1
  fi
  local key hash token revision until
  key=$(ordered RESTORE_SNAPSHOT 'cluster/restore/[0-9a-f]{64}\.db\.zst')
  hash=$(ordered RESTORE_SHA256 '[0-9a-f]{64}')
  token=$(ordered RESTORE_TOKEN '[A-Za-z0-9._-]{1,128}')
  revision=$(ordered RESTORE_REVISION '[0-9]{1,18}')
  until=$(ordered RESTORE_VALID_UNTIL '[0-9]{1,12}')
  if [[ -z $key || -z $hash || -z $token || -z $revision || -z $until ]]; then
    tell failed "the order $ORDER is not complete"
    return 1
  fi
  if ((until <= EPOCHSECONDS)); then
    tell waiting 'the order to restore has expired; restore a backup: ./hw restore ENV'
    return 1
  fi
  # The program comes with the last group of the boot, which does not wait for etcd.
  [ -x /opt/hardway/bin/etcdutl ] || return 1
  tell running "restoring $key"
  if restore "$key" "$hash" "$token" "$revision"; then return 0; fi
  rm -rf "${SNAPSHOT%/*}" $RESTORING
  LOOKED=$((SECONDS + 5)) # the reason stays readable, and the order may be mended meanwhile
  return 1
}

# The others were faster: this member gets its data from them, and does everything else as they do.
restored_by_others() {
  [[ ! -s $TOLD || $(<$TOLD) == done* ]] || echo 'CLUSTER=others' >$RESTORED
}

restore() { # KEY SHA256 TOKEN REVISION
  local began=${EPOCHREALTIME//[!0-9]/} log=/run/etcd/restore.log id found other
  rm -rf "${SNAPSHOT%/*}" $RESTORING
  (umask 077 && mkdir -p "${SNAPSHOT%/*}")
  AWS_MAX_SECONDS=600 aws_get_object "$1" "$SNAPSHOT.zst" 2>$log || { tell failed "$(tail -n 1 $log)"; return 1; }
  (umask 077 && zstd -dq --rm "$SNAPSHOT.zst" -o $SNAPSHOT) 2>$log || { tell failed "$1 cannot be unpacked"; return 1; }
  found=$(openssl dgst -sha256 -r $SNAPSHOT)
  [[ ${found%% *} == "$2" ]] || { tell failed "wrong hash of $1: expected $2, found ${found%% *}"; return 1; }
  /opt/hardway/bin/etcdutl snapshot restore $SNAPSHOT --data-dir $RESTORING --name "$NAME" \
    --initial-cluster "$(planned_cluster)" --initial-cluster-token "$3" --initial-advertise-peer-urls "$PEER_URL" \
    --bump-revision 1000000000 --mark-compacted >$log 2>&1 || { tell failed "etcdutl: $(tail -n 1 $log)"; return 1; }
  id=$(sed -n 's/.*"cluster-id": *"\([0-9a-f]*\)".*/\1/p' $log | head -n 1)
  [ -n "$id" ] || { tell failed 'etcdutl does not tell the new cluster id'; return 1; }
  # Those who restored the same order already are in the same cluster. Anybody else has data that this would set aside.
  while read -r other found; do
    if [[ -n $other && $found != "$id" ]]; then
      tell failed "$other has data of the cluster $found: nothing is restored beside it"
      return 1
    fi
  done < <(clusters_of_others)
  chown -R etcd:etcd $RESTORING
  install -d -o etcd -g etcd -m 0700 $DATA
  # The note comes first: data without it would start as if it had always been here.
  printf 'REVISION=%s\nCLUSTER=%s\nRESTORE_US=%s\nAT_US=%s\n' "$4" "$id" \
    $((${EPOCHREALTIME//[!0-9]/} - began)) "${EPOCHREALTIME//[!0-9]/}" >$RESTORED
  rm -rf $DATA/member
  sync -f $RESTORING
  mv -T $RESTORING/member $DATA/member
  sync -f $DATA
  rm -rf "${SNAPSHOT%/*}" $RESTORING
}
