import { expect, test } from "vitest";
import { setEnvironment } from "./environment.ts";

const places = {
  siteUrl: "http://127.0.0.1:4280",
  table: "muster",
  tableEndpoint: "http://127.0.0.1:1",
  queueEndpoint: "http://127.0.0.1:2",
  workQueueUrl: "http://127.0.0.1:2/000000000000/work",
  mailQueueUrl: "http://127.0.0.1:2/000000000000/mail",
  codesQueueUrl: "http://127.0.0.1:2/000000000000/codes",
  importsQueueUrl: "http://127.0.0.1:2/000000000000/imports",
  bulkQueueUrl: "http://127.0.0.1:2/000000000000/bulk",
  checksQueueUrl: "http://127.0.0.1:2/000000000000/checks",
  mailEndpoint: "http://127.0.0.1:3",
  bucket: "muster",
  bucketUrl: "http://127.0.0.1:4/muster",
  bucketEndpoint: "http://127.0.0.1:4",
  configurationSet: "muster",
  region: "eu-central-1",
  credentials: { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" },
  secretsFile: "/state/secrets.json",
  stripeUrl: "http://127.0.0.1:5",
  plans: "[]",
};

test("nothing of a real AWS account reaches the functions, and the operator's settings stay", () => {
  const environment: NodeJS.ProcessEnv = {
    AWS_PROFILE: "production",
    AWS_SESSION_TOKEN: "token",
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_ENDPOINT_URL: "https://example.com",
    AWS_REGION: "us-east-1",
    MUSTER_SECRETS: "{}",
    MUSTER_SECRETS_ARN: "arn",
    MUSTER_PRODUCT_NAME: "Acme",
    MUSTER_FREE_SEATS: "7",
  };
  setEnvironment(environment, places);
  expect(environment).toMatchObject({
    AWS_ACCESS_KEY_ID: "LOCAL0",
    AWS_SECRET_ACCESS_KEY: "of this folder",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:2",
    AWS_ENDPOINT_URL_SES: "http://127.0.0.1:3",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:4",
    MUSTER_BUCKET: "muster",
    MUSTER_BUCKET_URL: "http://127.0.0.1:4/muster",
    MUSTER_SITE_URL: "http://127.0.0.1:4280",
    MUSTER_PRODUCT_NAME: "Acme",
    MUSTER_FREE_SEATS: "7",
  });
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "MUSTER_SECRETS", "MUSTER_SECRETS_ARN"]) {
    expect(environment).not.toHaveProperty(name);
  }
});
