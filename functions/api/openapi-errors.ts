import type { FailureType } from "@muster/core/base/failure.ts";
import type { JsonSchema } from "./json-schema.ts";
import { bug, statusOf, titleOf, typeOf } from "./problem.ts";

/** A code as the document explains it: its status and a sentence about it. */
export type ErrorCode = { code: string; status: number; title: string; message: string };

/** The names of the shared responses, from HTTP's phrases. */
const names: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  402: "PaymentRequired",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  413: "ContentTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

export const headers: Record<number, JsonSchema> = {
  401: { "WWW-Authenticate": { $ref: "#/components/headers/WWWAuthenticate" } },
  429: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
  503: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
};

/** Returns every code of these failures once, and that of a bug, in alphabetical order. */
export function codesOf(types: readonly FailureType[]): ErrorCode[] {
  const all = [
    ...types.map((type) => ({ code: type.code, status: statusOf(type), title: titleOf(type), message: type.message })),
    { code: bug.code, status: bug.status, title: bug.title, message: bug.message },
  ];
  const byCode = new Map(all.map((one) => [one.code, one]));
  return [...byCode.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
}

/** Returns the error responses of an operation, as references to the shared one of each status. */
export function errorResponses(codes: readonly ErrorCode[]): JsonSchema {
  return Object.fromEntries(
    statusesOf(codes).map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
}

/** One response for each status, with an example of every code that uses it. */
export function sharedResponses(codes: readonly ErrorCode[]): JsonSchema {
  return Object.fromEntries(
    statusesOf(codes).map((status) => {
      const here = codes.filter((one) => one.status === status);
      const response = {
        description: `${here[0]?.title}.`,
        ...(headers[status] && { headers: headers[status] }),
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            examples: Object.fromEntries(here.map((one) => [one.code, exampleOf(one)])),
          },
        },
      };
      return [nameOf(status), response];
    }),
  );
}

/** Each status once, in ascending order. */
const statusesOf = (codes: readonly ErrorCode[]) =>
  [...new Set(codes.map(({ status }) => status))].sort((one, other) => one - other);

export const exampleOf = ({ code, status, title, message }: ErrorCode) => ({
  summary: message,
  value: { type: typeOf(code), code, title, status, requestId: "GrQzTjK5liAEMvA=", detail: message },
});

/** @throws Error for a status without a name */
function nameOf(status: number): string {
  const name = names[status];
  if (name === undefined) throw new Error(`The shared response of status ${status} needs a name.`);
  return name;
}

export const problemSchema: JsonSchema = {
  type: "object",
  description: "Why a request was refused, as RFC 9457 describes it.",
  required: ["type", "title", "status", "code", "detail", "requestId"],
  properties: {
    type: {
      type: "string",
      format: "uri-reference",
      description: "Where the code is explained, relative to the site.",
    },
    title: { type: "string", description: "The kind of error, the same for every code of a kind." },
    status: { type: "integer", description: "The HTTP status again." },
    code: { $ref: "#/components/schemas/ErrorCode" },
    detail: { type: "string", description: "A sentence for a person. It may change; never branch on it." },
    errors: {
      type: "array",
      description: "The invalid fields.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: {
          path: { type: "string", description: "The name of the field, with dots between its parts." },
          message: { type: "string", description: "A sentence about what is wrong with it." },
        },
      },
    },
    permission: { type: "string", description: "With a 403: the permission that was missing." },
    error: { type: "string", description: "The same as OAuth calls it (RFC 6749, RFC 8628), when a device is linked." },
    error_description: { type: "string", description: "The sentence again, beside `error`." },
    requestId: { type: "string", description: "The id of this request, also in `x-request-id` and in the log." },
  },
};

export const errorCodeSchema = (codes: readonly ErrorCode[]): JsonSchema => ({
  type: "string",
  description: "What to branch on. Later releases may add codes; treat an unknown one by its status.",
  enum: codes.map(({ code }) => code),
});
