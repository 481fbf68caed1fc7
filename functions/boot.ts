import { bind, type Ports } from "@muster/core/kernel/ports.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect, type TableClient } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import type { Caller } from "@muster/core/table/signed-calls.ts";
import { config, endpointUrl } from "./config.ts";
import { logFaults } from "./faults.ts";

/**
 * Reads the environment and binds the ports, once per process, during Lambda's initialization.
 * @param more ports that only some functions have: only they have the mail client, or may read the secrets
 * @param client with which the secrets were read, so that its credentials are fetched once
 * @returns the credentials, region and connections with which the function calls AWS
 */
export function boot(
  more: Pick<Partial<Ports>, "mail" | "quota" | "pepper"> = {},
  client: TableClient = connect(),
): Caller {
  const settings = config([
    "MUSTER_WORK_QUEUE_URL",
    "MUSTER_MAIL_QUEUE_URL",
    "MUSTER_CODES_QUEUE_URL",
    "MUSTER_BULK_QUEUE_URL",
    "MUSTER_IMPORTS_QUEUE_URL",
    "MUSTER_CHECKS_QUEUE_URL",
    "MUSTER_TABLE",
    "MUSTER_SITE_URL",
    "MUSTER_PRODUCT_NAME",
    "MUSTER_FREE_SEATS",
    "MUSTER_MAIL_PER_HOUR",
    "MUSTER_REPLY_TO_INVITER",
    "MUSTER_REQUEST_LIMITS",
    "MUSTER_PLANS",
    "MUSTER_RESOURCES",
    "MUSTER_TRIAL_DAYS",
    "MUSTER_TRIAL_SEATS",
    "MUSTER_MAX_SEATS",
    "MUSTER_UNUSED_TIME",
    "MUSTER_INVOICED_SEATS",
    "MUSTER_GRACE_DAYS",
    "MUSTER_PAYMENT_METHOD_TYPES",
    "MUSTER_STRIPE_TAX",
    "MUSTER_RELEASE",
  ]);
  bind({
    table: dynamo(client, settings.MUSTER_TABLE),
    queues: sqs(
      {
        work: settings.MUSTER_WORK_QUEUE_URL,
        mail: settings.MUSTER_MAIL_QUEUE_URL,
        codes: settings.MUSTER_CODES_QUEUE_URL,
        imports: settings.MUSTER_IMPORTS_QUEUE_URL,
        bulk: settings.MUSTER_BULK_QUEUE_URL,
        checks: settings.MUSTER_CHECKS_QUEUE_URL,
      },
      client.config,
      endpointUrl("SQS"),
    ),
    settings: {
      productName: settings.MUSTER_PRODUCT_NAME,
      siteUrl: settings.MUSTER_SITE_URL,
      freeSeats: settings.MUSTER_FREE_SEATS,
      mailsPerHour: settings.MUSTER_MAIL_PER_HOUR,
      repliesReachInviter: settings.MUSTER_REPLY_TO_INVITER === "on",
      requestLimits: settings.MUSTER_REQUEST_LIMITS,
    },
    plans: {
      trialDays: settings.MUSTER_TRIAL_DAYS,
      trialSeats: settings.MUSTER_TRIAL_SEATS,
      maxSeats: settings.MUSTER_MAX_SEATS,
      unusedTime: settings.MUSTER_UNUSED_TIME,
      invoicedSeats: settings.MUSTER_INVOICED_SEATS,
      graceDays: settings.MUSTER_GRACE_DAYS,
      paid: settings.MUSTER_PLANS,
      methodTypes: settings.MUSTER_PAYMENT_METHOD_TYPES,
      tax: settings.MUSTER_STRIPE_TAX === "on",
    },
    resources: settings.MUSTER_RESOURCES,
    faults: logFaults(settings.MUSTER_RELEASE),
    ...more,
  });
  return client.config;
}
