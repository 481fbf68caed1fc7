import { bucketName, bucketUrl } from "./bucket-name.ts";
import type { DataStack } from "./data.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import type { QueuesStack } from "./queues.ts";
import type { SiteStack } from "./site.ts";

/**
 * Returns the variables that `functions/config.ts` reads: the same for every function; which secrets one reads is its
 * own.
 */
export function functionEnvironment(
  deployment: Deployment,
  { data, queues, site }: { data: DataStack; queues: QueuesStack; site: SiteStack },
): Record<string, string> {
  const { config } = deployment;
  return {
    MUSTER_TABLE: data.table.tableName,
    MUSTER_SITE_URL: site.url,
    MUSTER_RELEASE: deployment.release,
    MUSTER_PRODUCT_NAME: config.productName,
    MUSTER_MAIL_FROM: config.mail.from,
    MUSTER_MAIL_CONFIGURATION_SET: resourceName(deployment),
    MUSTER_REPLY_TO_INVITER: config.mail.replyToInviter ? "on" : "off",
    MUSTER_MAIL_PER_HOUR: String(config.mailPerHour),
    MUSTER_FREE_SEATS: String(config.freeSeats),
    // threat: an operator's limits reach no function
    MUSTER_REQUEST_LIMITS: JSON.stringify(config.limits),
    MUSTER_PLANS: JSON.stringify(config.billing.plans),
    MUSTER_RESOURCES: JSON.stringify(config.resources),
    MUSTER_TRIAL_DAYS: String(config.billing.trialDays),
    MUSTER_TRIAL_SEATS: String(config.billing.trialSeats),
    MUSTER_MAX_SEATS: String(config.billing.maxSeats),
    MUSTER_UNUSED_TIME: config.billing.unusedTime,
    MUSTER_INVOICED_SEATS: config.billing.invoicedSeats,
    MUSTER_GRACE_DAYS: String(config.billing.graceDays),
    MUSTER_PAYMENT_METHOD_TYPES: config.billing.paymentMethodTypes.join(","),
    MUSTER_STRIPE_TAX: config.billing.tax ? "on" : "off",
    MUSTER_WORK_QUEUE_URL: queues.work.queueUrl,
    MUSTER_MAIL_QUEUE_URL: queues.mail.queueUrl,
    MUSTER_CODES_QUEUE_URL: queues.codes.queueUrl,
    MUSTER_IMPORTS_QUEUE_URL: queues.imports.queueUrl,
    MUSTER_BUCKET: bucketName(deployment),
    MUSTER_BUCKET_URL: bucketUrl(deployment),
    MUSTER_BULK_QUEUE_URL: queues.bulk.queueUrl,
    MUSTER_CHECKS_QUEUE_URL: queues.checks.queueUrl,
    MUSTER_KEY_ARN: data.wrappingKey.keyArn,
    MUSTER_SIGNING_KEY_ARNS: [...config.sync.signingKeyArns, data.signingKey.keyArn].join(","),
    MUSTER_SYNC_WAIT_SECONDS: String(config.sync.waitSeconds),
  };
}
