#!/bin/sh
# A tour of the API with curl, against a local run: sh docs/tour.sh [ADDRESS]
set -u
site=${1:-http://localhost:4280}
api=$site/api/v1
mailbox=$site/mailbox/api/mails
json='content-type: application/json'

# value: a field of the response on standard input; take: a field of $answer, or stop with the server's message
value() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
take() {
  found=$(printf '%s' "$answer" | value "$1")
  if [ -z "$found" ]; then printf '%s\n' "$answer" | value detail >&2; exit 1; fi
}

# wait_for: repeat a command for 20 seconds, until its output matches; mailed: the same for emails to an address
wait_for() {
  pattern=$1; shift
  for _ in $(seq 100); do "$@" | grep -E "$pattern" && return; sleep 0.2; done
}
mailed() { wait_for "$2" curl -s "$mailbox?to=$1" | grep -oE "$2" | head -n 1; }

# step: say what the next answers are
step() { printf '\n\n%s\n' "$1"; }

# sign in with the code from the email; $bearer is the header that authenticates requests
sign_in() {
  answer=$(curl -s "$api"/sign-in -H "$json" -d "{\"email\":\"$1\"}")
  take flow; flow=$found
  code=$(mailed "$1" "flow=$flow&code=[0-9A-Z]+" | sed 's/.*=//')
  answer=$(curl -s "$api"/sign-in/token -H "$json" -d "{\"flow\":\"$flow\",\"code\":\"$code\"}")
  take token; bearer="authorization: Bearer $found"
}

# create an organization: it has three seats, and you take the first
sign_in ada@example.com; ada=$bearer
answer=$(curl -s "$api"/organizations -H "$ada" -H "$json" -d '{"name":"Acme"}')
take id; organization=$found
acme=$api/organizations/$organization
step "Ada has created the organization Acme, which has three seats, and takes the first:"
printf '%s' "$answer"

step "She invites Bob, whose invitation holds the second seat:"
curl -s "$acme"/invitations -H "$ada" -H "$json" -d '{"invitations":[{"email":"bob@example.com","role":"write"}]}'

step "The link in his email shows what he is invited to:"
link=$(mailed bob@example.com "mst_inv_${organization#org_}[0-9A-Za-z._-]+")
curl -s "$api"/invitations/preview -H "$json" -d "{\"token\":\"$link\"}"

step "He signs in and accepts it; only the owner of the invited address can:"
sign_in bob@example.com; bob=$bearer
curl -s "$api"/invitations/accept -H "$bob" -H "$json" -d "{\"token\":\"$link\"}"

step "Acme has two members:"
curl -s "$acme"/members -H "$ada"

step "Ada makes him an admin:"
account=$(curl -s "$api"/account -H "$bob" | value id)
curl -s -X PATCH "$acme/members/$account" -H "$ada" -H "$json" -d '{"role":"admin"}'

step "He reads the organization:"
curl -s -w '\n%{http_code}\n' "$acme" -H "$bob"                                               # 200

step "She removes him:"
curl -s -o /dev/null -w '%{http_code}\n' -X DELETE "$acme/members/$account" -H "$ada"         # 204

step "His next request gets the answer of a stranger:"
curl -s -w '\n%{http_code}\n' "$acme" -H "$bob"                                               # 404

step "His seat is free again:"
curl -s "$acme" -H "$ada"

step "The log has it, once the stream has moved the events there:"
wait_for member.removed curl -s "$acme"/events -H "$ada"

step "Ada's notifications, which were also emailed:"
wait_for invitation.accepted curl -s "$api"/notifications -H "$ada"

step "She signs out:"
curl -s -o /dev/null -w '%{http_code}\n' -X POST "$api"/sign-out -H "$ada"                    # 204

step "Her token no longer works:"
curl -s -w '\n%{http_code}\n' "$api"/account -H "$ada"                                        # 401
