import type { Credentials } from "@muster/local-base/credential.ts";
import { EngineMissing } from "./find.ts";

/** A DynamoDB that is not the embedded one. */
export type OtherEngine = {
  endpoint: string;
  streamsEndpoint: string;
  /** Set for a table on AWS. */
  aws?: AwsAccess;
};

/** The access to a table on AWS. The key signs for nothing else, and is written nowhere. */
export type AwsAccess = { region: string; credentials: Credentials };

/**
 * Returns the DynamoDB that MUSTER_DYNAMODB_ENDPOINT names, if it does.
 * @throws EngineMissing without an access key for a table on AWS
 */
export function otherEngine(environment: NodeJS.ProcessEnv): OtherEngine | undefined {
  const endpoint = environment.MUSTER_DYNAMODB_ENDPOINT;
  if (!endpoint) return undefined;
  const aws = awsAccess(endpoint, environment);
  if (!aws) return { endpoint, streamsEndpoint: endpoint };
  return { endpoint, streamsEndpoint: `https://streams.dynamodb.${aws.region}.amazonaws.com`, aws };
}

/**
 * Returns the region of a table and the caller's access key, if the table is on AWS.
 * @throws EngineMissing without an access key
 */
export function awsAccess(endpoint: string, environment: NodeJS.ProcessEnv): AwsAccess | undefined {
  const [, region] = /^https:\/\/dynamodb\.([a-z0-9-]+)\.amazonaws\.com\/?$/.exec(endpoint) ?? [];
  if (!region) return undefined;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  // threat: a local run calls a table on AWS by temporary credentials, which end while it runs
  if (!accessKeyId || !secretAccessKey || environment.AWS_SESSION_TOKEN) {
    throw new EngineMissing(
      "A table on AWS needs the access key of a user in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
        "and no AWS_SESSION_TOKEN, because a temporary key would end while Muster runs.",
    );
  }
  return { region, credentials: { accessKeyId, secretAccessKey } };
}
