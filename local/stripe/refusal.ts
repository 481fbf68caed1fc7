export type ErrorType = "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";

type Details = {
  code?: string;
  param?: string;
  decline_code?: string;
};

/** Stripe's error instead of the requested result. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly type: ErrorType;
  readonly details: Details;
  /** Of a request that is one too many: which limit it met. */
  reason: string | undefined;

  constructor(status: number, type: ErrorType, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/**
 * A violation by either side: an invalid answer, or a request that Stripe supports and the stand-in does not. It fails
 * the suite.
 */
export class Violation extends Error {
  override name = "Violation";
}

export const invalid = (message: string, details: Details = {}) =>
  new Refusal(400, "invalid_request_error", message, details);

export const missing = (what: string, id: string, param = "id") =>
  new Refusal(404, "invalid_request_error", `No such ${what}: '${id}'`, { code: "resource_missing", param });

/** Like `missing`, for something that a parameter names. */
export const unknown = (what: string, id: string, param: string) =>
  invalid(`No such ${what}: '${id}'`, { code: "resource_missing", param });

/** @param reason says which limit was met, in a header */
export function tooMany(message: string, reason: string): Refusal {
  const refusal = new Refusal(429, "invalid_request_error", message, { code: "rate_limit" });
  refusal.reason = reason;
  return refusal;
}

/** https://docs.stripe.com/rate-limits#object-lock-timeouts */
export const lockTimeout = () =>
  new Refusal(
    429,
    "invalid_request_error",
    "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
    { code: "lock_timeout" },
  );

export const cardError = (message: string, details: Details) => new Refusal(402, "card_error", message, details);
