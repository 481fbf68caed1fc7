import type { EventBridgeEvent } from "aws-lambda";
import type { ClockHandler } from "../clock.ts";
import type { ApiHandler } from "../gateway/gateway.ts";
import type { QueueHandler } from "../queues/source.ts";
import type { StreamHandler } from "../stream/consumer.ts";

export interface Handlers {
  api: ApiHandler;
  follow: StreamHandler;
  view: StreamHandler;
  work: QueueHandler;
  mail: QueueHandler;
  imports: QueueHandler;
  bulk: QueueHandler;
  clock: ClockHandler;
  stripe: ApiHandler;
  mailEvents: (event: EventBridgeEvent<string, object>) => Promise<unknown>;
}

/**
 * The very functions of Lambda. Each binds its ports for the whole process when it is imported, and only those of
 * the mails bind a port for mail: they come last, so that what is bound in the end serves all of them.
 */
export async function importHandlers(): Promise<Handlers> {
  const api = await import("@muster/functions/api/lambda.ts");
  const follow = await import("@muster/functions/stream/follow.ts");
  const view = await import("@muster/functions/stream/view.ts");
  const work = await import("@muster/functions/queue/work.ts");
  const imports = await import("@muster/functions/storage/imports.ts");
  const clock = await import("@muster/functions/schedule/clock.ts");
  const stripe = await import("@muster/functions/webhook/stripe.ts");
  const mailEvents = await import("@muster/functions/webhook/ses.ts");
  const mail = await import("@muster/functions/queue/mail.ts");
  const bulk = await import("@muster/functions/queue/bulk.ts");
  return {
    // the adapter's own types of this event are stricter than the event is
    api: api.handler as unknown as ApiHandler,
    follow: follow.handler,
    view: view.handler,
    work: work.handler,
    mail: mail.handler,
    imports: imports.handler,
    bulk: bulk.handler,
    clock: clock.handler,
    stripe: stripe.handler,
    mailEvents: mailEvents.handler,
  };
}
