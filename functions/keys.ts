import type { KeyMaker, KeyOpener, KeyRotator } from "@muster/core/kernel/keys-port.ts";
import type { Caller } from "@muster/core/key/kms.ts";
import { config } from "./config.ts";
import { decideEndpoint } from "./sdk/endpoint.ts";

type Keys = KeyMaker & KeyOpener & KeyRotator;

/**
 * The deployment's wrapping key, at KMS. It is loaded by its first use, and fails there where it is not configured: a
 * local run binds keys of its own instead. What a function may do with it, IAM says.
 */
export function wrappingKey(caller: Caller): Keys {
  let loading: Promise<Keys> | undefined;
  const key = () => (loading ??= load(caller));
  return {
    generate: async (context) => (await key()).generate(context),
    unwrap: async (wrapped, context) => (await key()).unwrap(wrapped, context),
    renew: async () => (await key()).renew(),
    rewrap: async (wrapped, context) => (await key()).rewrap(wrapped, context),
    retire: async () => (await key()).retire(),
  };
}

async function load(caller: Caller): Promise<Keys> {
  const { MUSTER_KEY_ARN: arn, MUSTER_KMS_URL: Endpoint } = config(["MUSTER_KEY_ARN", "MUSTER_KMS_URL"]);
  const Region = arn.split(":")[3] ?? "";
  const { url: endpoint } = decideEndpoint("kms", { endpointParams: { Region, ...(Endpoint && { Endpoint }) } });
  const { kms } = await import("@muster/core/key/kms.ts");
  return kms({ arn, endpoint }, caller);
}
