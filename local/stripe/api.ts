import type { IncomingMessage } from "node:http";
import { type Account, newId } from "./account.ts";
import { refuseBeyond } from "./bounds.ts";
import { catchUp } from "./due.ts";
import { expand } from "./expand.ts";
import type { Fault, FaultPlan } from "./fault.ts";
import { readForm } from "./form.ts";
import type { Idempotency } from "./idempotency.ts";
import { openRates, type Rates } from "./limit.ts";
import { lockTimeout, Refusal, tooMany, Violation } from "./refusal.ts";
import { notServed, type Route, routes } from "./routes.ts";
import type { SavedAnswer } from "./state.ts";

export type ApiRequest = Pick<IncomingMessage, "method" | "url" | "headers">;

/** The response. Without a status the connection is closed. */
export type Answer = {
  status?: number;
  body: string;
  headers: Record<string, string>;
};

/** A request with its answer. */
export type Answered = {
  call: string;
  status: number | undefined;
  requestId: string;
  idempotencyKey: string | undefined;
  replayed: boolean;
};

export type ApiOptions = {
  account: Account;
  faults: FaultPlan;
  idempotency: Idempotency;
  /** Requests per second, by the receiver's clock; unlimited without it. */
  rates?: Rates | undefined;
  /** The only key; any of the test mode without it. */
  key?: string | undefined;
  now: () => number;
  /** Records a violation, which must fail the suite. */
  violate: (what: string) => void;
  log: (answered: Answered) => void;
};

const changing = ["POST", "DELETE"];
const cut: Answer = { body: "", headers: {} };

/** A request, and what happens to it. */
type Asked = {
  route: Route | undefined;
  /** The method of the library, or what the stand-in does not know. */
  call: string;
  path: string;
  form: ReturnType<typeof readForm>;
  changes: boolean;
  requestId: string;
  /** The idempotency key, and what has to be the same if it is sent again. */
  key: string | undefined;
  fingerprint: string;
  fault: Fault | undefined;
};

/** Answers a request of the library like Stripe's API does. */
export function openApi(options: ApiOptions): (request: ApiRequest, body: string) => Promise<Answer> {
  const { account, faults, idempotency, log } = options;
  const overRate = options.rates && openRates(options.rates, options.now);
  /** The objects that requests under way change, by their paths. */
  const locked = new Set<string>();

  return async (request, body) => {
    const asked = askedBy(request, body);
    const { call, requestId, key } = asked;
    const early = answerEarly(request, asked);
    const { body: text, status, headers } = early ?? (await run(asked));
    const always = {
      "content-type": "application/json",
      "request-id": requestId,
      "stripe-version": account.version,
      ...(key !== undefined && { "idempotency-key": key }),
    };
    const isCut = status === undefined || asked.fault === "cut_after";
    const answer = isCut ? cut : { status, body: text, headers: { ...always, ...headers } };
    const replayed = early?.headers["idempotent-replayed"] === "true";
    log({ call, status: answer.status, requestId, idempotencyKey: key, replayed });
    return answer;
  };

  function askedBy(request: ApiRequest, body: string): Asked {
    const { method = "GET", url = "/" } = request;
    const [path = "", query = ""] = url.split("?");
    const route = routes.find((one) => one.method === method && one.pattern.test(path));
    const call = route?.call ?? `${method} ${path}`;
    const changes = changing.includes(method);
    return {
      route,
      call,
      path,
      form: readForm(body || query),
      changes,
      requestId: newId("req").slice(0, 18),
      key: method === "POST" ? header(request, "idempotency-key") : undefined,
      fingerprint: [method, path, body || query].join("\n"),
      fault: faults.next(call, changes),
    };
  }

  /** Returns the answer that comes before anything is done: a refusal, or the earlier answer under the same key. */
  function answerEarly(request: ApiRequest, { call, path, changes, requestId, key, fingerprint, fault }: Asked) {
    try {
      authorize(request, account.version, options.key);
      if (fault === "cut_before") return cut;
      const reason = fault === "rate_limit" ? "global-rate" : overRate?.(call);
      if (reason) throw tooMany("Request rate limit exceeded.", reason);
      if (locked.has(path) && changes) throw lockTimeout();
      if (fault === "error_before") throw broken();
      const saved = key === undefined ? undefined : idempotency.begin(key, fingerprint);
      return saved && replayOf(saved);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(error, requestId, headersOf(error));
    }
  }

  /** Does it, unless the fault is that it is not done, and stores the answer under its key. */
  async function run(asked: Asked): Promise<Answer> {
    const { requestId, key, fingerprint, fault } = asked;
    if (fault === "hold") await hold(asked);
    const spoilt = () => refused(broken(), requestId, { "stripe-should-retry": "false" });
    const { answer, keeps } = fault === "error_saved" ? { answer: spoilt(), keeps: true } : carryOut(asked);
    const given = fault === "error_after" && answer.status === 200 ? spoilt() : answer;
    if (key !== undefined) {
      const kept = { status: given.status ?? 500, body: given.body, requestId };
      idempotency.end(key, fingerprint, keeps ? kept : undefined);
    }
    return given;
  }

  async function hold({ route, path }: Asked): Promise<void> {
    const isObject = route?.pattern.exec(path)?.[1] !== undefined;
    if (isObject) locked.add(path);
    await faults.released();
    locked.delete(path);
  }

  /** Runs it, or refuses it. The result of a request that was started is stored under its key, even a failure. */
  function carryOut({ route, call, path, form, requestId, key }: Asked): { answer: Answer; keeps: boolean } {
    let began = false;
    try {
      catchUp(account, account.now(), null);
      if (!route) throw notServedAt(call);
      const params = read(route, form);
      refuseBeyond(params);
      const ids = (route.pattern.exec(path) ?? []).slice(1).map(decodeURIComponent);
      began = true;
      account.request = { id: requestId, idempotency_key: key ?? null };
      const value = route.run(account, params, ...ids);
      const paths = "expand" in params && Array.isArray(params.expand) ? params.expand.map(String) : [];
      const expanded = expand(account, value, paths);
      // threat: Stripe's stand-in answers what Stripe never does
      account.contract.checkAnswer(call, expanded);
      return { answer: { status: 200, body: JSON.stringify(expanded, null, 2), headers: {} }, keeps: true };
    } catch (error) {
      const known = error instanceof Refusal;
      if (!known) {
        options.violate(`${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      const message = error instanceof Error ? error.message : "An unknown error occurred.";
      const refusal = known ? error : new Refusal(500, "api_error", message);
      // threat: Stripe's stand-in forgets an error under its key
      return { answer: refused(refusal, requestId, headersOf(refusal)), keeps: began && refusal.status !== 429 };
    } finally {
      account.request = { id: null, idempotency_key: null };
    }
  }

  /**
   * Reads a request. A parameter that the library may not send, or the stand-in does not support, also fails the suite.
   */
  function read(route: Route, form: ReturnType<typeof readForm>): object {
    try {
      const params = account.contract.readRequest(route.call, form);
      const [other] = notServed(route, params);
      // threat: Stripe's stand-in ignores a parameter that it does not serve
      if (other !== undefined) throw new Violation(`The stand-in does not support the parameter ${other}.`);
      return params;
    } catch (error) {
      // threat: a wrong request to Stripe's stand-in does not fail the suite
      if (error instanceof Refusal) options.violate(`${route.call}: ${error.message}`);
      throw error;
    }
  }

  function notServedAt(call: string): Refusal {
    options.violate(`${call}: the stand-in does not support this.`);
    return new Refusal(404, "invalid_request_error", `Unrecognized request URL (${call}).`);
  }
}

function authorize(request: ApiRequest, version: string, key: string | undefined): void {
  const shown = header(request, "authorization") ?? "";
  // threat: the local Stripe accepts any key
  if (key === undefined ? !/^Bearer (sk|rk)_test_\w+$/.test(shown) : shown !== `Bearer ${key}`) {
    throw new Refusal(
      401,
      "invalid_request_error",
      "Invalid API Key provided: only keys of the test mode are accepted.",
    );
  }
  const requested = header(request, "stripe-version") ?? version;
  if (requested === version) return;
  throw new Refusal(400, "invalid_request_error", `The stand-in speaks the version ${version}, not ${requested}.`);
}

function refused(
  { status, type, message, details }: Refusal,
  requestId: string,
  headers: Record<string, string>,
): Answer {
  const { code } = details;
  const links =
    code === undefined ? {} : { doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll("_", "-")}` };
  const error = {
    ...details,
    ...links,
    message,
    originlog_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
    type,
  };
  return { status, body: JSON.stringify({ error }, null, 2), headers };
}

const replayOf = ({ status, body, requestId }: SavedAnswer): Answer => ({
  status,
  body,
  headers: {
    "idempotent-replayed": "true",
    "original-request": requestId,
    ...(status >= 500 && { "stripe-should-retry": "false" }),
  },
});

/** https://docs.stripe.com/rate-limits: the library is advised to repeat what met a lock, and nothing else. */
const headersOf = ({ details, reason }: Refusal): Record<string, string> => ({
  ...(details.code === "lock_timeout" && { "stripe-should-retry": "true" }),
  ...(reason !== undefined && { "stripe-rate-limited-reason": reason }),
});

const broken = () => new Refusal(500, "api_error", "An unknown error occurred.");

function header(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
