# Fetches artifacts, checks them and puts them in place, group by group. To be sourced after aws.sh.
#
# It reads $ARTIFACTS, keeps its records below $KEPT, and gives up after $WAIT_SECONDS.

# Prints the lines of a group's artifacts that are not in place yet.
missing_in() { # GROUP
  local key hash kind destination mode group reference record placed
  while IFS=$'\t' read -r key hash kind destination mode group reference; do
    [[ $group == "$1" ]] || continue
    record=$KEPT/in-place/${destination//\//+} placed=
    if [[ -e $destination && -e $record ]]; then read -r placed <"$record"; fi
    [[ $placed != "$hash" ]] || continue
    printf '%s\t%s\t%s\t%s\n' "$key" "$hash" "$destination" "$mode"
  done <"$ARTIFACTS"
}

fetch() { # GROUP
  local spool=$KEPT/spool lines=() line key hash
  mapfile -t lines < <(missing_in "$1")
  for line in "${lines[@]}"; do
    IFS=$'\t' read -r key hash _ <<<"$line"
    if [[ ! -e $spool/$hash ]]; then printf '%s\t%s/%s\n' "$key" "$spool" "$hash"; fi
  done | aws_get_objects
}

# Checks what was fetched and puts it in place: a destination holds its whole content or nothing.
unpack() { # GROUP
  local spool=$KEPT/spool lines=() line key hash destination mode found jobs=()
  mapfile -t lines < <(missing_in "$1")
  for line in "${lines[@]}"; do
    IFS=$'\t' read -r key hash destination mode <<<"$line"
    found=$(openssl dgst -sha256 -r "$spool/$hash")
    found=${found%% *}
    if [[ $found != "$hash" ]]; then
      rm -f "$spool/$hash"
      echo "wrong hash of ${key##*/}: expected $hash, found $found" >&2
      return 1
    fi
    mkdir -p "${destination%/*}"
    # One chain: errexit is off below an `if`, and a record of half a file would be believed for ever.
    zstd -dcq "$spool/$hash" >"$destination.new" && chmod "$mode" "$destination.new" &&
      mv -f "$destination.new" "$destination" && printf '%s\n' "$hash" >"$KEPT/in-place/${destination//\//+}" &&
      rm -f "$spool/$hash" &
    jobs+=($!)
  done
  for line in "${jobs[@]}"; do
    wait "$line" || { echo "could not unpack an artifact of group $1 (disk full?)" >&2; return 1; }
  done
}

# Puts all groups in place, fetching one while the one before is unpacked. Prints `placed GROUP` for each,
# `waiting REASON` while S3 has not got something yet (a machine may be faster than the upload of its artifacts),
# or `failed REASON` as the last line.
place_all() {
  local group reason before=
  mkdir -p "$KEPT/spool" "$KEPT/in-place"
  for group in $HW_GROUPS; do
    until reason=$(fetch "$group" 2>&1); do
      if ((SECONDS >= WAIT_SECONDS)); then
        echo "failed $reason (after $SECONDS s)"
        return
      fi
      echo "waiting $reason"
      sleep 0.5
    done
    if [[ -n $before ]]; then wait "$before" || return 0; fi
    (
      if reason=$(unpack "$group" 2>&1); then echo "placed $group"; else echo "failed $reason"; exit 1; fi
    ) &
    before=$!
  done
  wait
}
