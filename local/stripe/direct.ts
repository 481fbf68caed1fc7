import { setImmediate as later } from "node:timers/promises";
import type Stripe from "stripe";
import type { StripeServer } from "./server.ts";

type HttpClient = NonNullable<Stripe.StripeConfig["httpClient"]>;

/**
 * Calls the stand-in without a connection, which takes half of the time: for tests that make thousands of calls. The
 * library sees what it sees over HTTP.
 */
export function directClient({ answer }: Pick<StripeServer, "answer">): HttpClient {
  return {
    getClientName: () => "direct",
    makeRequest: async (_host, _port, url, method, given, data) => {
      const named = Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]);
      // as over a connection, the caller goes on first
      await later();
      const { status, body, headers } = await answer({ method, url, headers: Object.fromEntries(named) }, data);
      // and its events are under way before the answer comes
      await later();
      if (status === undefined) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      const response = { statusCode: status, headers };
      return {
        getStatusCode: () => status,
        getHeaders: () => headers,
        // the library adds what it reads of them
        getRawResponse: () => response,
        toStream: () => body,
        toJSON: async () => JSON.parse(body),
      };
    },
  };
}
