import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Caller } from "@muster/core/table/signed-calls.ts";

/**
 * Reads a secret by its ARN, in its region.
 * @throws Error with what Secrets Manager answered
 */
export async function readSecret(arn: string, caller: Caller): Promise<string> {
  const client = new SecretsManagerClient({ ...caller, region: arn.split(":")[3] ?? "" });
  const command = new GetSecretValueCommand({ SecretId: arn });
  const { SecretString = "" } = await client.send(command).catch((cause: Error) => {
    throw new Error(`Secrets Manager answers ${cause.name}.`, { cause });
  });
  return SecretString;
}
