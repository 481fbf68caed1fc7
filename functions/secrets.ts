import { readFile } from "node:fs/promises";
import { instant, now, type Peppers } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import type { Caller } from "@muster/core/table/signed-calls.ts";
import { config, type Environment } from "./config.ts";
import { log } from "./log.ts";
import { type Part, type PartOf, parseStored, partOf, type Stored } from "./secret-shape.ts";
import { readSecret } from "./secrets-manager.ts";

/** A process reads its secrets again at this age, so a change has reached all of them within this time. */
export const staleSeconds = 300;

/** The deployment's secrets in a process. */
export type Secrets = {
  /**
   * Reads the secrets if they are stale or were not read yet, and returns whether it did. Earlier ones stay if they
   * cannot be read again.
   * @throws if they were never read
   */
  refresh: () => Promise<boolean>;
  /**
   * The pepper, and the previous one.
   * @throws a sentence if it is missing or malformed
   */
  peppers: () => Peppers;
  /**
   * One part, as last read.
   * @throws a sentence if it is malformed, or missing and needed
   */
  part: <P extends Part>(part: P) => PartOf<P>;
  /**
   * Returns the values that CloudFront may send to the API, two during a rotation; a local run has none.
   * @throws if a deployment has none, because its API would accept requests that bypass CloudFront, with forged client
   * addresses
   */
  origins: () => string[];
};

type Options = {
  environment?: Environment;
  /** With whose credentials and connections they are read. */
  caller?: Caller;
};

/** Opens the deployment's secrets; nothing is read before the first `refresh`. */
export function openSecrets({ environment, caller }: Options = {}): Secrets {
  const { MUSTER_SECRETS, MUSTER_SECRETS_FILE } = config(["MUSTER_SECRETS", "MUSTER_SECRETS_FILE"], environment);
  const isLocal = Boolean(MUSTER_SECRETS ?? MUSTER_SECRETS_FILE);
  let stored: Stored | undefined;
  let readAt = 0;
  const parts = new Map<Part, PartOf<Part>>();

  async function refresh(): Promise<boolean> {
    const at = now().getTime();
    // threat: a process reads its secrets once and misses a rotation
    if (stored && !isLocal && at - readAt < staleSeconds * 1000) return false;
    readAt = at;
    try {
      stored = await read(environment, caller);
      parts.clear();
      return true;
    } catch (error) {
      if (!stored) throw error;
      log.warn("The secrets could not be read again.", { error });
      return false;
    }
  }

  function part<P extends Part>(name: P): PartOf<P> {
    if (!parts.has(name)) parts.set(name, partOf(stored ?? {}, name));
    return parts.get(name);
  }

  function peppers(): Peppers {
    return { current: part("pepper"), previous: part("previous")?.pepper };
  }

  function origins(): string[] {
    const current = part("origin");
    if (!current && !isLocal) throw new Error("The secrets of a deployment need an origin secret.");
    const previous = part("previous")?.origin;
    // threat: an origin secret that was replaced counts forever
    const valid = previous && instant() < previous.validUntil ? [previous.value] : [];
    return current ? [current, ...valid] : [];
  }

  return { refresh, part, peppers, origins };
}

/** From Secrets Manager by their ARNs, one after the other; on a local run given directly, or from a file. */
async function read(environment: Environment | undefined, caller = connect().config): Promise<Stored> {
  const { MUSTER_SECRETS, MUSTER_SECRETS_ARN, MUSTER_SECRETS_FILE } = config(
    ["MUSTER_SECRETS", "MUSTER_SECRETS_ARN", "MUSTER_SECRETS_FILE"],
    environment,
  );
  if (MUSTER_SECRETS) return parseStored(MUSTER_SECRETS);
  if (MUSTER_SECRETS_FILE) return parseStored(await readFile(MUSTER_SECRETS_FILE, "utf8"));
  if (!MUSTER_SECRETS_ARN) throw new Error("Neither MUSTER_SECRETS_ARN nor, on a local run, MUSTER_SECRETS is set.");
  const texts = await Promise.all(MUSTER_SECRETS_ARN.split(",").map((arn) => readSecret(arn, caller)));
  return Object.assign({}, ...texts.map(parseStored));
}
