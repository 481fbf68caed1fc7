import { isDeepStrictEqual } from "node:util";
import { config } from "../config.ts";
import { parseStored, type Stored } from "../secret-shape.ts";

/** A store of a deployment's secrets, read and written as one JSON text. */
export type Vault = {
  read: () => Promise<string>;
  write: (json: string) => Promise<void>;
};

/**
 * The secrets that MUSTER_SECRETS_ARN names, with the credentials and the region of the environment: the second one has
 * Stripe's part, and the first one all others.
 */
export function secretsManager(): Vault {
  const { MUSTER_SECRETS_ARN } = config(["MUSTER_SECRETS_ARN"]);
  const [own, stripes = own] = MUSTER_SECRETS_ARN?.split(",") ?? [];
  if (own === undefined || stripes === undefined) {
    throw new Error("MUSTER_SECRETS_ARN is not set: the output SecretsArn of the stage's data stack.");
  }
  const load = async () => {
    const { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } = await import(
      "@aws-sdk/client-secrets-manager"
    );
    return { client: new SecretsManagerClient({}), GetSecretValueCommand, PutSecretValueCommand };
  };
  const stored = new Map<string, Stored>();
  return {
    read: async () => {
      const { client, GetSecretValueCommand } = await load();
      for (const SecretId of new Set([own, stripes])) {
        const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
        stored.set(SecretId, parseStored(SecretString));
      }
      return JSON.stringify(Object.assign({}, ...stored.values()));
    },
    write: async (json) => {
      const { client, PutSecretValueCommand } = await load();
      const all = parseStored(json);
      const { stripe, ...others } = all;
      const parts = own === stripes ? [[own, all] as const] : [[own, others] as const, [stripes, { stripe }] as const];
      for (const [SecretId, part] of parts) {
        // threat: storing Stripe's key writes the pepper anew
        if (isDeepStrictEqual(stored.get(SecretId), part)) continue;
        await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(part) }));
      }
    },
  };
}
