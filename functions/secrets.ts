import { config, type Environment, parseSecrets, type Secrets } from "./config.ts";

/** The deployment's secrets: from Secrets Manager by their ARN, or given directly on a local run. */
export async function loadSecrets(environment?: Environment): Promise<Secrets> {
  const { MUSTER_SECRETS, MUSTER_SECRETS_ARN } = config(["MUSTER_SECRETS", "MUSTER_SECRETS_ARN"], environment);
  if (MUSTER_SECRETS) return parseSecrets(MUSTER_SECRETS);
  if (!MUSTER_SECRETS_ARN) throw new Error("Neither MUSTER_SECRETS_ARN nor, on a local run, MUSTER_SECRETS is set.");
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: MUSTER_SECRETS_ARN }));
  const secrets = parseSecrets(SecretString ?? "");
  // without it the API would take requests past CloudFront, and anybody's word for their address
  if (!secrets.origin) throw new Error("The secrets of a deployment need an origin secret.");
  return secrets;
}
