import { now } from "@muster/core/kernel/ports.ts";
import { config, type Environment } from "./config.ts";
import { log } from "./log.ts";
import { type Part, type PartOf, parseStored, partOf, type Stored } from "./secret-shape.ts";

/** A process reads its secrets again when they are so old, so within this time a change has reached all of them. */
export const staleSeconds = 300;

/** The deployment's secrets in a process. */
export interface Secrets {
  /**
   * Reads the secrets when they have not been read yet or are stale. What was read before stays when they cannot be read again.
   * @throws when they were never read
   */
  refresh: () => Promise<void>;
  /**
   * One part, as it was read last.
   * @throws a sentence when it is malformed, or missing and needed
   */
  part: <P extends Part>(part: P) => PartOf<P>;
  /**
   * What CloudFront shows the API; a local run has none.
   * @throws where a deployment has none, whose API would take requests past CloudFront and anybody's word for their address
   */
  origin: () => string | undefined;
}

/** Opens the deployment's secrets; nothing is read before the first `refresh`. */
export function openSecrets(environment?: Environment): Secrets {
  const { MUSTER_SECRETS: given } = config(["MUSTER_SECRETS"], environment);
  let stored: Stored | undefined;
  let readAt = 0;

  async function refresh(): Promise<void> {
    const at = now().getTime();
    if (stored && at - readAt < staleSeconds * 1000) return;
    try {
      stored = parseStored(await read(environment));
    } catch (error) {
      if (!stored) throw error;
      log.warn("The secrets could not be read again.", { error });
    }
    readAt = at;
  }

  function part<P extends Part>(name: P): PartOf<P> {
    return partOf(stored ?? {}, name);
  }

  function origin(): string | undefined {
    const found = part("origin");
    if (!found && !given) throw new Error("The secrets of a deployment need an origin secret.");
    return found;
  }

  return { refresh, part, origin };
}

/** From Secrets Manager by their ARN, or given directly on a local run. */
async function read(environment?: Environment): Promise<string> {
  const { MUSTER_SECRETS, MUSTER_SECRETS_ARN } = config(["MUSTER_SECRETS", "MUSTER_SECRETS_ARN"], environment);
  if (MUSTER_SECRETS) return MUSTER_SECRETS;
  if (!MUSTER_SECRETS_ARN) throw new Error("Neither MUSTER_SECRETS_ARN nor, on a local run, MUSTER_SECRETS is set.");
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: MUSTER_SECRETS_ARN }));
  return SecretString ?? "";
}
