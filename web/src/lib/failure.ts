/** The only shape of a failed request, whatever went wrong: the API's answer, or no answer at all. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly fields: { path: string; message: string }[];
  readonly requestId: string | undefined;
  /** The permission that a 403 is about. */
  readonly permission: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    detail: string,
    more: {
      status?: number | undefined;
      fields?: { path: string; message: string }[] | undefined;
      requestId?: string | undefined;
      permission?: string | undefined;
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.status = more.status ?? 0;
    this.fields = more.fields ?? [];
    this.requestId = more.requestId;
    this.permission = more.permission;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export const offline = "network.unreachable";

/** Reads an error response: problem+json from the API, anything from what is in front of it. */
export async function toApiError(response: Response) {
  const problem = await readProblem(response);
  const { code, detail } = problem.code === undefined ? refusalOf(response.status) : problem;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(code ?? "internal.error", detail ?? "Something went wrong on our end.", {
    status: response.status,
    fields: problem.errors,
    requestId: problem.requestId ?? response.headers.get("x-request-id") ?? undefined,
    // threat: a web page says of a 403 nothing of what it lacked
    permission: problem.permission,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

/** Returns the sentence for a failed request, if no field is to blame. */
export function toSentence(error: unknown) {
  if (!(error instanceof ApiError)) {
    return "Something went wrong in this page.";
  }
  if (error.code === offline) {
    return "We can’t reach the server. Check your connection and try again; your input is kept.";
  }
  return error.message;
}

/** Returns the refusal of the gateway or the firewall: their answers say no more than a status. */
function refusalOf(status: number): Pick<Problem, "code" | "detail"> {
  if (status === 403) return { code: "request.blocked", detail: "The firewall blocked this request." };
  if (status === 413) return { code: "request.too_large", detail: "This is too much at once." };
  if (status === 429) return { code: "rate.limited", detail: "Too many requests. Wait a minute and try again." };
  if (status < 502) return {};
  return { code: "service.unavailable", detail: "Muster is busy or restarting. Try again in a few seconds." };
}

type Problem = {
  code?: string;
  detail?: string;
  requestId?: string;
  permission?: string;
  errors?: { path: string; message: string }[];
};

async function readProblem(response: Response): Promise<Problem> {
  const isProblem = response.headers.get("content-type")?.includes("json");
  return isProblem ? ((await response.json().catch(() => ({}))) as Problem) : {};
}

/** Returns whether what a request is about does not exist, or not for this person. */
export function isMissing(error: unknown) {
  return error instanceof ApiError && error.status === 404;
}
