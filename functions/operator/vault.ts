import { config } from "../config.ts";

/** Where a deployment's secrets are stored, as one JSON text. */
export type Vault = {
  read: () => Promise<string>;
  write: (json: string) => Promise<void>;
};

/** The secret that MUSTER_SECRETS_ARN names, with the credentials and the region of the environment. */
export function secretsManager(): Vault {
  const { MUSTER_SECRETS_ARN: SecretId } = config(["MUSTER_SECRETS_ARN"]);
  if (SecretId === undefined) {
    throw new Error("MUSTER_SECRETS_ARN is not set: the output SecretsArn of the stage's data stack.");
  }
  const load = async () => {
    const { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } = await import(
      "@aws-sdk/client-secrets-manager"
    );
    return { client: new SecretsManagerClient({}), GetSecretValueCommand, PutSecretValueCommand };
  };
  return {
    read: async () => {
      const { client, GetSecretValueCommand } = await load();
      return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "";
    },
    write: async (SecretString) => {
      const { client, PutSecretValueCommand } = await load();
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
  };
}
