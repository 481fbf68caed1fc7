import { idempotencyHours } from "@muster/core/base/limits.ts";
import { consistencyText } from "./consistency.ts";
import type { JsonSchema } from "./json-schema.ts";

/** The introduction for clients, beyond single operations; each part is a section of the API reference. */
export const introduction = `## Authentication

A script signs in with a code sent by email: call \`requestSignInCode\`, then \`signInWithToken\`, and send the token as \`Authorization: Bearer …\`. A browser signs in with \`signInWithCookie\`. Its requests other than \`GET\` need the exact \`Origin\` of the site and the header \`x-muster: 1\`.

An organization that you are not a member of is answered like one that does not exist: 404.

## Ids and values

An id is a prefix and a ULID, such as \`org_01JD…\`. An object's own id is \`id\`. Everywhere else, in paths and in other objects, an id is named after what it identifies: \`organization\`, \`team\`, \`account\`. A member is identified by its \`account\`.

Instants are in ISO 8601 and UTC. Amounts are integers in the smallest unit of their currency. A field without a value is missing. \`null\` is only sent, to remove a value.

## Errors

An error is \`application/problem+json\` (RFC 9457). Branch on \`code\`, show \`detail\`. \`type\` links to the code in the [list of errors](/docs/errors).

## Lists

A list comes in pages. Send \`next\` as \`cursor\` to get the next page. The last page has no \`next\`. \`maxItems\` is the size of a page; a page may be shorter, even empty, and still have a \`next\`. A cursor works only in the list that returned it, with the same filters. Each list has one order, which its description says; \`listMembers\` has three, by \`sort\`. No list can be reversed.

## Safe retries

An operation that takes an \`Idempotency-Key\` runs once for each key. The same request with the same key gets the same response for ${idempotencyHours} hours. The same key with a different request is an error. Errors are not stored: a request that failed can be sent again with its key.

## Conflicts

An object that several people change has a \`revision\`. Send the one that you read with a change. If someone else changed the object since then, the change fails with 409 and nothing is overwritten.

A \`PATCH\`, \`PUT\`, or \`DELETE\` of a path that answers \`GET\` takes the \`ETag\` of that response as \`If-Match\`. If the object has changed since then, the change fails with 412 and nothing is overwritten, even when both changes come at the same moment. \`*\` allows any state. Lists, and what is shown of other objects such as the names of teams, are compared just before the change.

## Caching

Every \`GET\` returns an \`ETag\`. Send it as \`If-None-Match\`: while nothing has changed, the response is 304 without a body.

## Rate limits

Operations with a limit return \`RateLimit-Policy\` and \`RateLimit\` (draft-ietf-httpapi-ratelimit-headers): how many requests (\`q\`) are allowed in how many seconds (\`w\`), how many remain (\`r\`), and in how many seconds the count starts again (\`t\`). A request over the limit fails with 429 and \`Retry-After\`.

## Refusals before the API

What is in front of the API answers some requests itself, and not as \`application/problem+json\`: the firewall refuses suspicious requests with 403 and addresses with too many requests with 429 and \`Retry-After\`. The gateway answers \`{"message": "…"}\` with 413 for a body above 10 MB, with 429 above its rate, and with 503 or 504 when the API is overloaded. Treat an error without \`code\` by its status. After a 429, 503, or 504, wait at least a second and send it again, with the same \`Idempotency-Key\`.

${consistencyText}

All numbers in \`seats\` are of one moment: \`committed\` is \`used\` plus \`held\`. \`capacity\` and \`committed\` are always there. \`used\` and \`held\` can be missing in the answer to a change, and while the audit log is far behind. Get the organization again.

## Versions and deprecation

The version of the API is in its path: \`/api/v1\`. Within a version, operations, fields, codes, and values of enumerations are only added, so ignore what you do not know. Requests that work keep working.

An operation or field that will be removed is first marked \`deprecated\` in this document, with its replacement, and works for at least six months more.`;

export const securitySchemes = {
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-s",
    description: "The session of a browser. Requests other than GET also need the exact `Origin` and `x-muster: 1`.",
  },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "The session of a script, from `signInWithToken`.",
  },
};

const text = { type: "string" };

export const sharedHeaders: JsonSchema = {
  ETag: { description: "Identifies this answer, for `If-None-Match` and `If-Match`. It is strong.", schema: text },
  WWWAuthenticate: { description: "How to authenticate: `Bearer`.", schema: text },
  RetryAfter: { description: "Seconds to wait before the request may succeed.", schema: { type: "integer" } },
  RateLimitPolicy: {
    description: "The limits that this request counts against: how many (`q`) in how many seconds (`w`).",
    schema: text,
    example: '"secret.check-600";q=5;w=600',
  },
  RateLimit: {
    description: "What remains of each (`r`), and in how many seconds it starts over (`t`).",
    schema: text,
    example: '"secret.check-600";r=4;t=600',
  },
  ContentDisposition: { description: "The suggested name of the file.", schema: text },
  MusterPosition: {
    description:
      "What this change wrote. Send it as `after` to a list that is to include it. Absent if nothing changed, and in the answer to a request that was repeated with its `Idempotency-Key`.",
    schema: text,
  },
  MusterIncluded: {
    description:
      "Whether the answer includes the change that `after` names: `true` or `false`. Absent without `after`.",
    schema: text,
  },
  Link: { description: 'Where the next part is, with `rel="next"`. The last part has none.', schema: text },
};

export const sharedParameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: `A name that you choose for this request. Sent again within ${idempotencyHours} hours, the request gets the same answer and is done only once.`,
    schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      "The `ETag` of what a `GET` of this path answered, several of them, or `*`. If none is right, the answer is 412 and nothing is changed.",
    schema: text,
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "The `ETag` of an earlier answer. If nothing has changed, the answer is 304 without a body.",
    schema: text,
  },
  OwnPage: {
    name: "x-muster",
    in: "header",
    required: true,
    description: "Shows that a page of the site sends the request, together with its `Origin`.",
    schema: { type: "string", enum: ["1"] },
  },
};
