import type { Credentials } from "@muster/local-base/credential.ts";
import type { TablePlace } from "./folder.ts";

export type Places = {
  siteUrl: string;
  table: string;
  tableEndpoint: string;
  queueEndpoint: string;
  workQueueUrl: string;
  mailQueueUrl: string;
  codesQueueUrl: string;
  importsQueueUrl: string;
  bulkQueueUrl: string;
  checksQueueUrl: string;
  mailEndpoint: string;
  bucket: string;
  bucketUrl: string;
  bucketEndpoint: string;
  configurationSet: string;
  region: string;
  secretsFile: string;
  credentials: Credentials;
  stripeUrl: string;
  /** In the form of `MUSTER_PLANS`. */
  plans: string;
};

/** The name of the code of a local run, for the log. */
const localRelease = "local";

/** Variables of a real account or of Lambda, which must not reach the functions of a local run. */
const foreign = [
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_ENDPOINT_URL",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_LAMBDA_FUNCTION_NAME",
  "MUSTER_SECRETS",
  "MUSTER_SECRETS_ARN",
  "MUSTER_KEY_ARN",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
];

/** Sets what the functions read. This must happen before they are imported, because they read it then. */
export function setEnvironment(environment: NodeJS.ProcessEnv, places: Places): void {
  const { table, tableEndpoint, region, credentials } = places;
  setTableEnvironment(environment, { name: table, endpoint: tableEndpoint, region, credentials });
  Object.assign(environment, {
    MUSTER_STAGE: "local",
    MUSTER_SITE_URL: places.siteUrl,
    MUSTER_MAIL_FROM: environment.MUSTER_MAIL_FROM ?? "muster@muster.example",
    MUSTER_MAIL_CONFIGURATION_SET: places.configurationSet,
    MUSTER_WORK_QUEUE_URL: places.workQueueUrl,
    MUSTER_MAIL_QUEUE_URL: places.mailQueueUrl,
    MUSTER_CODES_QUEUE_URL: places.codesQueueUrl,
    MUSTER_IMPORTS_QUEUE_URL: places.importsQueueUrl,
    MUSTER_BUCKET: places.bucket,
    MUSTER_BUCKET_URL: places.bucketUrl,
    MUSTER_BULK_QUEUE_URL: places.bulkQueueUrl,
    MUSTER_CHECKS_QUEUE_URL: places.checksQueueUrl,
    MUSTER_SECRETS_FILE: places.secretsFile,
    MUSTER_STRIPE_URL: places.stripeUrl,
    MUSTER_PLANS: places.plans,
    AWS_ENDPOINT_URL_SQS: places.queueEndpoint,
    AWS_ENDPOINT_URL_SES: places.mailEndpoint,
    AWS_ENDPOINT_URL_S3: places.bucketEndpoint,
    POWERTOOLS_LOG_LEVEL: environment.POWERTOOLS_LOG_LEVEL ?? "WARN",
    POWERTOOLS_METRICS_DISABLED: "true",
  });
}

/** The part that a command needs that only works on the table. */
export function setTableEnvironment(
  environment: NodeJS.ProcessEnv,
  { name, endpoint, region, credentials }: TablePlace,
): void {
  for (const other of foreign) delete environment[other];
  Object.assign(environment, {
    MUSTER_TABLE: name,
    MUSTER_RELEASE: localRelease,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

/** The part that a command needs that does the functions' work. */
export function ownEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    /^(MUSTER_|AWS_ENDPOINT_URL_)/.test(name) && value !== undefined ? [[name, value]] : [],
  );
  return Object.fromEntries(entries);
}
