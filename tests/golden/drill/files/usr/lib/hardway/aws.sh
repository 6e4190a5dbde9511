# Asks AWS from bash: metadata (IMDSv2), S3, Secrets Manager and EC2, signed as this machine's role. To be sourced.
#
# Every function gives 0 when it did its work, 44 when the key or secret is not there, 45 when an object
# exists already, and 1 when AWS could not be asked or refused; the reason is then one line on stderr.
# Credentials and tokens reach curl through file descriptors: never a command line, never a file.

. /etc/hardway/identity.env
. /etc/hardway/machine.env

AWS_NOT_FOUND=44
AWS_EXISTS=45

# What Debian trusts, but a root is looked up in the folder: reading all of them takes curl three times as long as the rest.
_aws_first_root=/usr/share/ca-certificates/mozilla/Amazon_Root_CA_1.crt _aws_trust=()
if [[ -e $_aws_first_root ]]; then _aws_trust=(--cacert $_aws_first_root --capath /etc/ssl/certs); fi

# aws_metadata PATH...: prints the value of each path of the metadata service, one a line.
aws_metadata() {
  local base=http://169.254.169.254/latest token
  token=$(curl -sS --fail --noproxy '*' --connect-timeout 2 --max-time 5 -X PUT \
    -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token") || return 1
  curl -sS --fail --fail-early --noproxy '*' --connect-timeout 2 --max-time 5 --write-out '\n' \
    -K /dev/fd/9 "${@/#/$base/meta-data/}" 9< <(printf 'header = "X-aws-ec2-metadata-token: %s"\n' "$token")
}

_aws_credentials_age=-10000

# aws_credentials: this shell holds fresh credentials of the machine's role, or AWS_PROBLEM says why not.
aws_credentials() {
  ((SECONDS - _aws_credentials_age >= 600)) || return 0
  local role document
  AWS_PROBLEM="no credentials from the metadata service"
  role=$(aws_metadata iam/security-credentials/ 2>&1) || { AWS_PROBLEM+=": ${role##*$'\n'}"; return 1; }
  role=${role%%$'\n'*}
  document=$(aws_metadata "iam/security-credentials/$role" 2>&1) || { AWS_PROBLEM+=": ${document##*$'\n'}"; return 1; }
  _aws_key_id=$(_aws_field AccessKeyId "$document")
  _aws_secret=$(_aws_field SecretAccessKey "$document")
  _aws_token=$(_aws_field Token "$document")
  [[ -n $_aws_key_id && -n $_aws_secret && -n $_aws_token ]] || { AWS_PROBLEM+=" for role $role"; return 1; }
  _aws_credentials_age=$SECONDS
}

# _aws_field NAME JSON: the first text of that name in a JSON document whose texts hold no escapes.
_aws_field() {
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\""
  if [[ $2 =~ $pattern ]]; then printf '%s' "${BASH_REMATCH[1]}"; fi
}

_aws_signature() {
  printf 'aws-sigv4 = "aws:amz:%s:%s"\nuser = "%s:%s"\nheader = "X-Amz-Security-Token: %s"\n' \
    "$HW_REGION" "$1" "$_aws_key_id" "$_aws_secret" "$_aws_token"
  # S3 insists on this header, and Debian 12's curl does not send it by itself. TLS guards a payload without a hash.
  if [[ $1 == s3 ]]; then printf 'header = "x-amz-content-sha256: %s"\n' "${AWS_PAYLOAD-UNSIGNED-PAYLOAD}"; fi
}

# _aws_curl SERVICE ARGUMENT...: runs curl with the signature of this machine's role.
_aws_curl() {
  local service=$1
  shift
  curl -sS "${_aws_trust[@]}" --connect-timeout 5 --speed-limit 1024 --speed-time 20 -K /dev/fd/9 "$@" 9< <(_aws_signature "$service")
}

# _aws_reason FILE: what an error body says, on one line.
_aws_reason() {
  local body code message
  body=$(head -c 4096 "$1" 2>/dev/null | tr -d '\0\r\n') || body=
  if [[ $body =~ \<Code\>([^\<]*)\</Code\> ]]; then code=${BASH_REMATCH[1]}; else code=$(_aws_field __type "$body"); fi
  if [[ $body =~ \<Message\>([^\<]*)\</Message\> ]]; then
    message=${BASH_REMATCH[1]}
  else
    message=$(_aws_field message "$body")$(_aws_field Message "$body")
  fi
  printf '%s%s' "${code##*\#}" "${message:+: $message}"
}

# _aws_call WHAT SERVICE OUTPUT ARGUMENT...: one request, repeated while the fault may pass by itself,
# AWS_ATTEMPTS times in all, each for at most AWS_MAX_SECONDS.
# The answer is in OUTPUT. The body, if any, comes from the variable AWS_BODY.
_aws_call() {
  local what=$1 service=$2 output=$3 attempt answer status reason=""
  shift 3
  for ((attempt = 1; attempt <= ${AWS_ATTEMPTS-5}; attempt++)); do
    if ((attempt > 1)); then sleep "0.$((attempt * 2 - 2))"; fi
    if ! aws_credentials; then
      reason=$AWS_PROBLEM
      continue
    fi
    answer=$(_aws_curl "$service" --max-time "${AWS_MAX_SECONDS-60}" --write-out '%{http_code} %{errormsg}' --output "$output" "$@" \
      <<<"${AWS_BODY-}" 2>/dev/null) || true
    status=${answer%% *}
    case $status in
      2??) return 0 ;;
      404) return "$AWS_NOT_FOUND" ;;
      412) return "$AWS_EXISTS" ;;
      000) reason=${answer#* } ;;
      *)
        reason=$(_aws_reason "$output")
        [[ $reason != ResourceNotFoundException* ]] || return "$AWS_NOT_FOUND"
        case "$status $reason" in
          409* | 429* | 5* | *Throttl*) ;;
          *Expired*) _aws_credentials_age=-10000 ;;
          *) attempt=1000 ;; # refused: asking again changes nothing
        esac
        reason="HTTP $status $reason"
        ;;
    esac
  done
  echo "$what: $reason" >&2
  return 1
}

_aws_s3_url() { printf 'https://s3.%s.amazonaws.com/%s/%s' "$HW_REGION" "$HW_BUCKET" "$1"; }

# aws_get_object KEY FILE: FILE holds the object.
aws_get_object() {
  local rc=0
  _aws_call "s3 object $1" s3 "$2.part" "$(_aws_s3_url "$1")" || rc=$?
  if ((rc)); then rm -f "$2.part"; else mv -f "$2.part" "$2"; fi
  return "$rc"
}

# aws_put_object KEY FILE [CURL ARGUMENT...]: the object holds what FILE holds. S3 computes the hash, too, and refuses
# what came otherwise; with a lock on its objects, it takes none without the second header.
aws_put_object() {
  local answer rc=0 AWS_PAYLOAD checksum
  AWS_PAYLOAD=$(openssl dgst -sha256 -r "$2") || return 1
  AWS_PAYLOAD=${AWS_PAYLOAD%% *}
  checksum=$(openssl dgst -sha256 -binary "$2" | base64 -w 0) || return 1
  answer=$(mktemp)
  _aws_call "s3 object $1" s3 "$answer" -T "$2" -H "x-amz-checksum-sha256: $checksum" \
    -H 'Content-Type: application/octet-stream' "${@:3}" "$(_aws_s3_url "$1")" || rc=$?
  rm -f "$answer"
  return "$rc"
}

# aws_put_object_if_absent KEY FILE: the object exists, and FILE is what it holds unless 45 is returned.
aws_put_object_if_absent() { aws_put_object "$1" "$2" -H 'If-None-Match: *'; }

# aws_get_objects: reads `KEY<tab>FILE` lines and fetches them all, four at a time, over shared connections.
# A FILE is there once it is whole, so what is there need not be asked for again.
aws_get_objects() {
  local attempt line key file code message reason="" wanted=() left
  mapfile -t wanted
  ((${#wanted[@]})) || return 0
  for attempt in 1 2 3 4 5; do
    if ((attempt > 1)); then sleep "0.$((attempt * 2 - 2))"; fi
    if ! aws_credentials; then
      reason=$AWS_PROBLEM
      continue
    fi
    left=()
    while IFS=$'\t' read -r code file message; do
      if [[ $code == 200 && -z $message ]]; then
        mv -f "$file" "${file%.part}"
        continue
      fi
      for line in "${wanted[@]}"; do
        if [[ ${line#*$'\t'} == "${file%.part}" ]]; then left+=("$line") key=${line%%$'\t'*}; fi
      done
      reason="s3 object $key: ${message:-HTTP $code $(_aws_reason "$file")}"
    done < <(_aws_fetch_together "${wanted[@]}")
    ((${#left[@]})) || return 0
    wanted=("${left[@]}")
  done
  echo "$reason" >&2
  return 1
}

# Prints `CODE<tab>FILE<tab>ERROR` for each `KEY<tab>FILE`.
_aws_fetch_together() {
  local line
  for line in "$@"; do
    printf 'url = "%s"\noutput = "%s.part"\n' "$(_aws_s3_url "${line%%$'\t'*}")" "${line#*$'\t'}"
  done | _aws_curl s3 --parallel --parallel-max 4 -K - \
    --write-out '%{http_code}\t%{filename_effective}\t%{errormsg}\n' 2>/dev/null
}

_aws_secret_call() {
  local what=$1 action=$2 output=$3
  _aws_call "$what" secretsmanager "$output" -H "X-Amz-Target: secretsmanager.$action" \
    -H 'Content-Type: application/x-amz-json-1.1' --data-binary @- "https://secretsmanager.$HW_REGION.amazonaws.com/"
}

# aws_get_secret NAME: prints the value of the secret.
aws_get_secret() {
  local answer rc=0
  answer=$(mktemp -p /dev/shm)
  AWS_BODY="{\"SecretId\":\"$1\"}" _aws_secret_call "secret $1" GetSecretValue "$answer" || rc=$?
  if ((rc == 0)); then _aws_field SecretString "$(<"$answer")"; fi
  rm -f "$answer"
  return "$rc"
}

# aws_put_secret NAME: the secret's value is what was read from stdin (a text without quotes or backslashes).
aws_put_secret() {
  local answer value rc=0
  value=$(cat)
  answer=$(mktemp)
  AWS_BODY="{\"SecretId\":\"$1\",\"SecretString\":\"$value\",\"ClientRequestToken\":\"$(</proc/sys/kernel/random/uuid)\"}" \
    _aws_secret_call "secret $1" PutSecretValue "$answer" || rc=$?
  rm -f "$answer"
  return "$rc"
}

# aws_query SERVICE VERSION ACTION [PARAMETER=VALUE...]: prints the answer of a service's query API, an XML document.
aws_query() {
  local service=$1 answer rc=0 parameter form=(--data-urlencode "Action=$3" --data-urlencode "Version=$2")
  for parameter in "${@:4}"; do
    form+=(--data-urlencode "$parameter")
  done
  answer=$(mktemp)
  _aws_call "$service $3" "$service" "$answer" "${form[@]}" "https://$service.$HW_REGION.amazonaws.com/" || rc=$?
  if ((rc == 0)); then cat "$answer"; fi
  rm -f "$answer"
  return "$rc"
}

# aws_describe_instances [FILTER=VALUE...]: prints EC2's answer, an XML document.
aws_describe_instances() {
  local filter number=0 parameters=()
  for filter in "$@"; do
    number=$((number + 1))
    parameters+=("Filter.$number.Name=${filter%%=*}" "Filter.$number.Value.1=${filter#*=}")
  done
  aws_query ec2 2016-11-15 DescribeInstances "${parameters[@]}"
}
