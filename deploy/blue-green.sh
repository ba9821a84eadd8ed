#!/usr/bin/env bash
# Brings a release to Kubernetes: beside the web tier that serves, and then in its place.
#
#   deploy/blue-green.sh OVERLAY IMAGE       for example: production registry.example.com/copydesk@sha256:…
#   deploy/blue-green.sh OVERLAY --rollback  back to the colour that served before
#   deploy/blue-green.sh OVERLAY --status    which colour serves, and what each one runs
#
# Workers come first: a new web tier may make jobs that old workers do not know, and every worker
# knows the jobs of the release before. Then the idle colour, asked for a real job before anybody
# else may. Until the switch whatever fails leaves the colour that serves as it is, and puts the
# workers back. On the way back it is the other way round: first web, then workers.
#
# DRAIN_SECONDS (300): how long the colour that served before stays, for its streams and for a
# rollback that takes no time. ROLLOUT_TIMEOUT (10m): for each Deployment to become ready.
set -euo pipefail

DRAIN_SECONDS=${DRAIN_SECONDS:-300}
ROLLOUT_TIMEOUT=${ROLLOUT_TIMEOUT:-10m}
WORKERS=(interactive bulk isolate sweeper beat flower)
REVISIONS=copydesk/revisions-before
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
RELEASE=$HERE/k8s/release

say() { printf '%s\n' "$*" >&2; }

usage() {
  sed -n '4,6s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# An overlay says its namespace itself; two places that say it would disagree one day.
namespace_of() { sed -n 's/^namespace: *//p' "$HERE/k8s/overlays/$1/kustomization.yaml"; }

live_colour() { k get service web --ignore-not-found -o "jsonpath={.spec.selector.copydesk/colour}"; }

other_than() { if [ "$1" = blue ]; then echo green; else echo blue; fi; }

replicas_of() { k get deployment "web-$1" --ignore-not-found -o 'jsonpath={.spec.replicas}'; }

# `name=revision`, for each Deployment of workers that is there.
revisions() {
  local name revision
  for name in "${WORKERS[@]}"; do
    revision=$(k get deployment "$name" --ignore-not-found \
      -o 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}')
    [ -z "$revision" ] || printf '%s=%s ' "$name" "$revision"
  done
}

put_back() {
  local each
  for each in $1; do
    k rollout undo "deployment/${each%=*}" --to-revision="${each#*=}" || say "left as it is: ${each%=*}"
  done
}

wait_for() { k rollout status "deployment/$1" --timeout="$ROLLOUT_TIMEOUT"; }

wait_for_workers() {
  local name
  for name in "${WORKERS[@]}"; do wait_for "$name" || return 1; done
}

# Applies a kustomization with the image put in. It lies in a folder of its own: files are not edited.
apply() {
  local resources=$1 colour=${2:-}
  mkdir -p "$RELEASE"
  {
    echo "apiVersion: kustomize.config.k8s.io/v1beta1"
    echo "kind: Kustomization"
    echo "resources: [$resources]"
    [ -z "$colour" ] || echo "components: [../colours/$colour]"
    echo "images:"
    echo "  - name: copydesk"
    case $IMAGE in
      *@*) printf '    newName: "%s"\n    digest: "%s"\n' "${IMAGE%@*}" "${IMAGE#*@}" ;;
      *) printf '    newName: "%s"\n    newTag: "%s"\n' "${IMAGE%:*}" "${IMAGE##*:}" ;;
    esac
  } >"$RELEASE/kustomization.yaml" || return 1
  kubectl apply -k "$RELEASE"
}

# As many pods as serve now: the switch must not meet a web tier that is too small.
start_colour() {
  local colour=$1 count
  count=$(replicas_of "$2")
  if [ -z "$count" ] || [ "$count" -lt 1 ]; then count=1; fi
  k scale "deployment/web-$colour" --replicas="$count"
}

smoke_test() {
  say "asking $1 for a job"
  k exec -i "deployment/web-$1" -- \
    env EXPECTED_ENVIRONMENT="$OVERLAY" python - http://127.0.0.1:5000 <"$HERE/smoke_test.py"
}

# An answer that was lost on the way is no refusal: what counts is what stands there now.
switch_to() {
  k patch service web --type merge \
    --patch "{\"spec\": {\"selector\": {\"copydesk/colour\": \"$1\"}}}" \
    || [ "$(live_colour)" = "$1" ] || return 1
  say "$1 serves"
}

# Never the colour that serves: somebody else may have switched while this waited.
retire() {
  local serves
  serves=$(live_colour) || { say "who serves is not known: web-$1 is left as it is"; return 1; }
  [ "$serves" != "$1" ] || { say "$1 serves: it is left as it is"; return 1; }
  [ -n "$(replicas_of "$1")" ] || return 0
  k scale "deployment/web-$1" --replicas=0
}

drain() {
  say "$1 stays for $DRAIN_SECONDS s, for its streams and for a rollback"
  sleep "$DRAIN_SECONDS"
  retire "$1"
}

give_up() {
  say "$1: $LIVE serves as before"
  # Nobody was let in. The pods go, the Deployment stays to be looked at.
  if retire "$IDLE"; then put_back "$BEFORE"; fi
  exit 1
}

deploy() {
  local first=
  if [ -z "$LIVE" ]; then first=yes LIVE="nobody" IDLE=blue; fi
  say "$LIVE serves; $IDLE gets $IMAGE"
  BEFORE=$(revisions)
  apply "../overlays/$OVERLAY" || give_up "the workers could not be applied"
  wait_for_workers || give_up "the workers did not become ready"
  apply "../overlays/$OVERLAY/web" "$IDLE" || give_up "$IDLE could not be applied"
  start_colour "$IDLE" "$LIVE" || give_up "$IDLE could not be started"
  wait_for "web-$IDLE" || give_up "$IDLE did not become ready"
  smoke_test "$IDLE" || give_up "$IDLE failed its test"
  switch_to "$IDLE" || give_up "the service could not be switched"
  k annotate service web --overwrite "$REVISIONS=$BEFORE"
  [ -n "$first" ] || drain "$LIVE"
  # What the release before wrote while both ran is brought to the new form.
  k exec deployment/bulk -- python -m workers.migrate --again \
    || say "run it again by hand: python -m workers.migrate --again"
}

rollback() {
  local now before
  [ -n "$LIVE" ] || { say "nothing was ever switched: there is no way back"; exit 1; }
  [ -n "$(replicas_of "$IDLE")" ] || { say "there is no $IDLE to go back to"; exit 1; }
  now=$(revisions)
  before=$(k get service web -o "jsonpath={.metadata.annotations.copydesk/revisions-before}")
  # Workers are the newer ones until web is back: they know the older web tier's jobs.
  BEFORE=
  start_colour "$IDLE" "$LIVE" || give_up "$IDLE could not be started"
  wait_for "web-$IDLE" || give_up "$IDLE did not become ready"
  smoke_test "$IDLE" || give_up "$IDLE failed its test"
  switch_to "$IDLE" || give_up "the service could not be switched"
  put_back "$before"
  k annotate service web --overwrite "$REVISIONS=$now"
  wait_for_workers || say "the service is back, and workers are not ready yet: look at them"
  drain "$LIVE"
}

status() {
  say "serves: ${LIVE:-nobody}"
  k get deployment web-blue web-green --ignore-not-found -o wide
}

[ $# -eq 2 ] || usage
OVERLAY=$1 IMAGE=$2
[ -f "$HERE/k8s/overlays/$OVERLAY/kustomization.yaml" ] || usage
NAMESPACE=$(namespace_of "$OVERLAY")
LIVE=$(live_colour)
IDLE=$(other_than "${LIVE:-green}")
BEFORE=

case $IMAGE in
  --rollback) rollback ;;
  --status) status ;;
  -*) usage ;;
  *)
    case ${IMAGE##*/} in
      *[@:]*) deploy ;;
      *) say "name the image with its digest or its tag: $IMAGE"; exit 2 ;;
    esac
    ;;
esac
