import { Failure, type FailureType, type Kind } from "@muster/core/base/failure.ts";
import { requiredText } from "@muster/core/base/valid.ts";
import { linkFailures } from "@muster/core/device/failures.ts";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { log } from "../log.ts";

/** The only place where a domain failure becomes a status. A new kind does not compile until it has one. */
export const statuses = {
  invalid: 400,
  unauthenticated: 401,
  limit: 402,
  forbidden: 403,
  missing: 404,
  method: 405,
  conflict: 409,
  gone: 410,
  precondition: 412,
  oversized: 413,
  rate: 429,
  unavailable: 503,
} as const satisfies Record<Kind, ContentfulStatusCode>;

const titles = {
  invalid: "Invalid input",
  unauthenticated: "Not signed in",
  limit: "Limit of the plan",
  forbidden: "Not allowed",
  missing: "Not found",
  method: "Method not allowed",
  conflict: "Conflict",
  gone: "No longer valid",
  precondition: "Precondition failed",
  oversized: "Too large",
  rate: "Too many requests",
  unavailable: "Temporarily unavailable",
} as const satisfies Record<Kind, string>;

/** The answer for anything that is not a failure of the domain. */
export const bug = {
  code: "internal.error",
  status: 500,
  title: "Internal error",
  message: "Something went wrong on our end.",
} as const;

/** Returns the link to a code's entry in the error reference of the site. */
export const typeOf = (code: string) => `/docs/errors#${code}`;

/** Answers anything thrown as problem+json (RFC 9457). Of a bug, the caller learns only the request's id. */
export const answerProblem = (error: unknown, c: Context): Response => answerError(error, c, false);

/** The same at an endpoint of OAuth: as JSON with `error`, since its clients read nothing else (RFC 6749, 5.2). */
export const answerOAuthError = (error: unknown, c: Context): Response => answerError(error, c, true);

function answerError(error: unknown, c: Context, isOAuth: boolean): Response {
  const requestId: string = c.get("requestId");
  if (!(error instanceof Failure)) {
    log.error("A request failed because of a bug.", {
      requestId,
      method: c.req.method,
      path: c.req.path,
      error: error as Error,
    });
    // threat: a bug is answered with its message
    return problem({ code: bug.code, title: bug.title, status: bug.status, requestId }, bug.message);
  }
  const { kind, code, message, fields, permission, retryAfterSeconds } = error;
  if (kind === "unavailable") log.warn("A request was given up.", { requestId, code, error });
  return problem(
    {
      code,
      title: titles[kind],
      status: statuses[kind],
      requestId,
      ...(fields && { errors: fields }),
      ...(permission !== undefined && { permission }),
      ...(isOAuth && { error: oauthErrorOf(error), error_description: message }),
    },
    message,
    {
      // clients of OAuth read no other type
      ...(isOAuth && { "content-type": "application/json" }),
      // threat: a response to a request without a session does not say how to authenticate
      ...(kind === "unauthenticated" && { "www-authenticate": 'Bearer realm="Muster"' }),
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    },
  );
}

type Body = {
  code: string;
  title: string;
  status: number;
  requestId: string;
  errors?: readonly object[];
  permission?: string;
  error?: string;
  error_description?: string;
};

/** Codes whose reason is an error of OAuth (RFC 6749, RFC 8628). */
const oauthErrors: ReadonlySet<string> = new Set(Object.values(linkFailures).map(({ code }) => code));

/** Returns what clients of OAuth look for in `error`. */
function oauthErrorOf({ kind, code, fields = [] }: Failure): string {
  if (oauthErrors.has(code)) return code.slice(code.indexOf(".") + 1);
  if (kind === "invalid" || kind === "oversized") {
    const isOtherGrant = fields.some(({ path, message }) => path === "grant_type" && message !== requiredText);
    return isOtherGrant ? "unsupported_grant_type" : "invalid_request";
  }
  return kind === "rate" || kind === "unavailable" ? "temporarily_unavailable" : "access_denied";
}

function problem(body: Body, detail: string, headers: Record<string, string> = {}) {
  return new Response(JSON.stringify({ type: typeOf(body.code), ...body, detail }), {
    status: body.status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

export const statusOf = (type: FailureType): number => statuses[type.kind];
export const titleOf = (type: FailureType): string => titles[type.kind];
