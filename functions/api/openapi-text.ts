import { idempotencyHours } from "@muster/core/base/limits.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What clients need to know beyond single operations; each part is a section of the API reference. */
export const introduction = `## Authentication

A script signs in with a code that is sent by email: \`requestSignInCode\`, then \`signInWithToken\`. It sends the token as \`Authorization: Bearer …\`. A browser signs in with \`signInWithCookie\`. Its requests other than \`GET\` need the exact \`Origin\` of the site and the header \`x-muster: 1\`.

An organization that you are not a member of is answered like one that does not exist: 404.

## Ids and values

An id is a prefix and a ULID, such as \`org_01JD…\`. An object's own id is \`id\`. Everywhere else, in paths and in other objects, an id is named after what it identifies: \`organization\`, \`team\`, \`account\`. A member is identified by its \`account\`.

Names that end in \`At\` are instants in ISO 8601 and UTC. Amounts are integers in the smallest unit of their currency. Fields without a value are missing; \`null\` is only used in requests, to remove a value.

## Errors

An error is \`application/problem+json\` (RFC 9457). Branch on \`code\`, show \`detail\`. Every code is explained in the [list of errors](/docs/errors), which \`type\` links to.

## Lists

A list comes in pages. Send \`next\` as \`cursor\` to get the following page; the last page has no \`next\`. The maximum number of items of a page is the \`maxItems\` of its shape; a page may have fewer, even none, and still a \`next\`. A cursor works only for the list that returned it, with the same filters. The order of a list is fixed and part of its description; only \`listMembers\` takes a \`sort\`.

## Safe retries

An operation that takes an \`Idempotency-Key\` is done once for each key: the same request with the same key gets the same answer for ${idempotencyHours} hours. The same key with another request is an error. Errors are not stored; the next request with the key is tried again.

## Conflicts

An object that several people change has a \`revision\`. Send the one that you read with a change; if somebody else has changed the object since then, the change fails with 409, and nothing is overwritten.

A \`PATCH\`, \`PUT\` or \`DELETE\` of a path that answers \`GET\` takes the \`ETag\` of that answer as \`If-Match\`. If the object has changed since then, the change fails with 412 and nothing is overwritten, even when both changes come at the same moment. \`*\` allows any state. Lists, and what is shown of other objects such as the names of teams, are compared just before the change.

## Caching

Every \`GET\` is answered with an \`ETag\`. Send it as \`If-None-Match\`; while nothing has changed, the answer is 304 without a body.

## Rate limits

Operations that are counted answer with \`RateLimit-Policy\` and \`RateLimit\`, as draft-ietf-httpapi-ratelimit-headers describes them: how much is allowed (\`q\`) in how many seconds (\`w\`), what remains (\`r\`), and in how many seconds it starts over (\`t\`). A request above the limit is answered with 429 and \`Retry-After\`.

## What is exact and what follows

A change is final when its request is answered: the next request reads it. \`seats.committed\`, roles and settings are exact. The audit log, notifications, search, and the number of members of a team follow a change, usually within a second.

## Versions and deprecation

The version of the API is in its path: \`/api/v1\`. Within a version, operations, fields and codes are only added, and enumerations in answers may get new values: ignore what you do not know. Requests that are valid stay valid.

An operation or field that is going to be removed is marked \`deprecated\` here, and its answers carry \`Deprecation\` (RFC 9745) and \`Sunset\` (RFC 8594), the date from which it may be removed. Between the two are at least six months. Its replacement is documented before that.`;

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
    example: '"codes-per-address-900";q=5;w=900',
  },
  RateLimit: {
    description: "What remains of each (`r`), and in how many seconds it starts over (`t`).",
    schema: text,
    example: '"codes-per-address-900";r=4;t=900',
  },
  ContentDisposition: { description: "The suggested name of the file.", schema: text },
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
