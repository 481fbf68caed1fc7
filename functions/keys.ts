import type { KeyMaker, KeyOpener, KeyRotator } from "@muster/core/kernel/keys-port.ts";
import type { Signer } from "@muster/core/kernel/signer-port.ts";
import type { Caller } from "@muster/core/table/signed-calls.ts";
import { config } from "./config.ts";

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

/** The keys that sign documents, at KMS, loaded in the same way. */
export function signingKeys(caller: Caller): Signer {
  let loading: Promise<Signer> | undefined;
  const signer = () => (loading ??= loadSigner(caller));
  return {
    hasQuota: () => true,
    publicKeys: async () => (await signer()).publicKeys(),
    sign: async (key, data) => (await signer()).sign(key, data),
  };
}

async function load(caller: Caller): Promise<Keys> {
  const { MUSTER_KEY_ARN: arn, MUSTER_KMS_URL: url } = config(["MUSTER_KEY_ARN", "MUSTER_KMS_URL"]);
  const { kms } = await import("@muster/core/key/kms.ts");
  return kms({ arn, endpoint: url }, caller);
}

async function loadSigner(caller: Caller): Promise<Signer> {
  const settings = config(["MUSTER_SIGNING_KEY_ARNS", "MUSTER_KMS_URL"]);
  const arns = settings.MUSTER_SIGNING_KEY_ARNS;
  const { kmsSigner } = await import("@muster/core/key/kms-signer.ts");
  return kmsSigner({ arns, endpoint: settings.MUSTER_KMS_URL }, caller);
}
