# Says how the boot goes: on stdout (journal and console) and in /run/hardway/boot.json. To be sourced.

readonly STATE=/run/hardway
mkdir -p $STATE
current_step=start told=0
trap 'ended_with $?' EXIT

report() { # STEP STATE REASON
  local reason=${3//$'\n'/ | } escaped
  reason=${reason//[[:cntrl:]]/ }
  printf 'hardway-boot: step=%s state=%s reason=%s\n' "$1" "$2" "$reason"
  escaped=${reason//\\/\\\\}
  escaped=${escaped//\"/\\\"}
  printf '{"step": "%s", "state": "%s", "reason": "%s", "at": %s}\n' "$1" "$2" "$escaped" "$EPOCHREALTIME" \
    >$STATE/boot.json.new
  mv -f $STATE/boot.json.new $STATE/boot.json
}

step() { # NAME: the step begins
  current_step=$1 told=$SECONDS
  report "$1" running ''
}

is_time_to_tell() { # once in 10 s of a step: what waits then says for what
  ((SECONDS - told >= 10)) || return 1
  told=$SECONDS
}

fail() { # REASON...: ends the boot
  trap - EXIT
  report "$current_step" failed "$*"
  exit 1
}

done_with() { # NAME: the boot has come to its end
  trap - EXIT
  report "$1" 'done' ''
}

ended_with() { # CODE: a command failed that nothing else explains
  report "$current_step" failed "ended unexpectedly with code $1: see journalctl -u hardway-boot"
}
