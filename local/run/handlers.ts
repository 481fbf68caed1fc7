import { bind, type Ports, unbind, withPorts } from "@muster/core/kernel/ports.ts";
import type { EventBridgeEvent } from "aws-lambda";
import type { ClockHandler } from "../clock.ts";
import type { ApiHandler } from "../gateway/gateway.ts";
import type { StreamHandler } from "../stream/consumer.ts";
import type { QueueHandler } from "./source.ts";

/** A Lambda function and the ports that its entry point has bound; it may bind others when it runs. */
export type LocalFunction<Handler> = {
  handler: Handler;
  ports: Partial<Ports>;
};

export type Functions = {
  api: LocalFunction<ApiHandler>;
  sync: LocalFunction<ApiHandler>;
  identity: LocalFunction<ApiHandler>;
  follow: LocalFunction<StreamHandler>;
  view: LocalFunction<StreamHandler>;
  work: LocalFunction<QueueHandler>;
  mail: LocalFunction<QueueHandler>;
  imports: LocalFunction<QueueHandler>;
  bulk: LocalFunction<QueueHandler>;
  checks: LocalFunction<QueueHandler>;
  clock: LocalFunction<ClockHandler>;
  stripe: LocalFunction<ApiHandler>;
  mailEvents: LocalFunction<(event: EventBridgeEvent<string, object>) => Promise<unknown>>;
};
export type Handlers = { [Name in keyof Functions]: Functions[Name]["handler"] };

/** The substitutes for KMS, providers and the domain name system. */
type LocalPorts = Pick<
  Ports,
  "keyMaker" | "keyOpener" | "keyRotator" | "signer" | "syncWaitSeconds" | "providers" | "dns"
>;

/**
 * Imports the Lambda functions. Each runs with the ports that its own entry point binds, like in a process of its own,
 * and with those of the local run: the movable time, the higher limits, the wrapping key, providers, DNS records, and a
 * table on AWS.
 */
export async function importFunctions(
  local: Pick<Ports, "now" | "limitFactor"> & Partial<Pick<Ports, "table">>,
  { keyMaker, keyOpener, keyRotator, signer, syncWaitSeconds, providers, dns }: LocalPorts,
): Promise<Functions> {
  const own = <Handler extends AnyHandler>(load: () => Promise<{ handler: Handler }>, more: Partial<Ports> = {}) =>
    isolate(load, { ...local, ...more });
  return {
    // the adapter's own types of this event are stricter than the event is
    api: await own(
      async () => (await import("@muster/functions/api/lambda.ts")) as unknown as { handler: ApiHandler },
      { keyMaker, dns },
    ),
    sync: await own(
      async () => (await import("@muster/functions/api/sync-lambda.ts")) as unknown as { handler: ApiHandler },
      { keyOpener, signer, syncWaitSeconds },
    ),
    identity: await own(
      async () => (await import("@muster/functions/api/identity-lambda.ts")) as unknown as { handler: ApiHandler },
    ),
    follow: await own(() => import("@muster/functions/stream/follow.ts")),
    view: await own(() => import("@muster/functions/stream/view.ts")),
    work: await own(() => import("@muster/functions/queue/work.ts")),
    mail: await own(() => import("@muster/functions/queue/mail.ts")),
    imports: await own(() => import("@muster/functions/storage/imports.ts")),
    bulk: await own(() => import("@muster/functions/queue/bulk.ts")),
    checks: await own(() => import("@muster/functions/queue/checks.ts"), { keyOpener, providers }),
    clock: await own(() => import("@muster/functions/schedule/clock.ts"), { keyRotator, dns }),
    stripe: await own(() => import("@muster/functions/webhook/stripe.ts")),
    mailEvents: await own(() => import("@muster/functions/webhook/ses.ts")),
  };
}

/** The handlers alone, each isolated. */
export const handlersOf = (functions: Functions): Handlers =>
  Object.fromEntries(Object.entries(functions).map(([name, { handler }]) => [name, handler])) as Handlers;

type AnyHandler = (...all: never[]) => Promise<unknown>;

/** Loads a function while nothing is bound, and runs it with what it has bound during that. */
export async function isolate<Handler extends AnyHandler>(
  load: () => Promise<{ handler: Handler }>,
  local: Partial<Ports> = {},
): Promise<LocalFunction<Handler>> {
  const others = unbind();
  try {
    const { handler } = await load();
    const ports = { ...unbind(), ...local };
    const run = withPorts(ports);
    // threat: a function of a local run uses a port that only another binds, and fails on Lambda alone
    const isolated = (...all: never[]) => run(() => handler(...all));
    return { handler: isolated as Handler, ports };
  } finally {
    bind(others);
  }
}
