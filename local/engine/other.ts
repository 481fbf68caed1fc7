import type { Credentials } from "../http/credential.ts";
import { EngineMissing } from "./find.ts";

/** A DynamoDB that is not the embedded one. */
export type OtherEngine = {
  endpoint: string;
  streamsEndpoint: string;
  /** Both are set for a table on AWS. */
  region?: string;
  credentials?: Credentials;
};

/**
 * Returns the DynamoDB that MUSTER_DYNAMODB_ENDPOINT names, if it does.
 * @throws EngineMissing without an access key for a table on AWS
 */
export function otherEngine(environment: NodeJS.ProcessEnv): OtherEngine | undefined {
  const endpoint = environment.MUSTER_DYNAMODB_ENDPOINT;
  if (!endpoint) return undefined;
  const [, region] = /^https:\/\/dynamodb\.([a-z0-9-]+)\.amazonaws\.com\/?$/.exec(endpoint) ?? [];
  if (!region) return { endpoint, streamsEndpoint: endpoint };
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey || environment.AWS_SESSION_TOKEN) {
    throw new EngineMissing(
      "A table on AWS needs the access key of a user in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
        "and no AWS_SESSION_TOKEN: the services on this machine know no session tokens.",
    );
  }
  return {
    endpoint,
    streamsEndpoint: `https://streams.dynamodb.${region}.amazonaws.com`,
    region,
    credentials: { accessKeyId, secretAccessKey },
  };
}
