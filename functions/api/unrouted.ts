import { failure } from "@muster/core/base/failure.ts";
import type { Context } from "hono";
import type { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { answerProblem } from "./problem.ts";

export const failures = {
  unknownRoute: failure("missing", "route.missing", "Nothing was found at this address."),
  wrongMethod: failure("method", "route.method_not_allowed", "This address does not support this method."),
};

type NotFound = (c: Context<Env>) => Response | Promise<Response>;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Answers a request without a route: 404 for an unknown path, 405 with `Allow` for a known path with another method,
 * and `Allow` alone for OPTIONS. `otherwise` answers unknown paths instead.
 */
export function unrouted(routes: Hono<Env>, otherwise: NotFound = unknown) {
  return (c: Context<Env>) => {
    const allowed = methods.filter((method) => has(routes, method, c.req.path));
    // threat: a method that a known path does not have is answered as an unknown path
    if (allowed.length === 0) return otherwise(c);
    const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
    if (c.req.method === "OPTIONS") return c.body(null, 204, { allow });
    const answer = answerProblem(failures.wrongMethod(), c);
    answer.headers.set("allow", allow);
    return answer;
  };
}

const unknown: NotFound = (c) => answerProblem(failures.unknownRoute(), c);

/** Answers other methods of a path that a parameter of another route would match. */
export const noOther = Object.assign(async (c: Context<Env>) => c.notFound(), { isLast: true });

/** Middleware and lazy routes match every method, so they say nothing about a path. */
function has({ router }: Hono<Env>, method: string, path: string): boolean {
  const [matches] = router.match(method, path);
  const last = matches.findIndex(([[, { handler }]]) => "isLast" in handler);
  return matches.slice(0, last === -1 ? undefined : last).some(([[, route]]) => route.method !== "ALL");
}
