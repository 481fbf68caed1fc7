import type { Caller } from "../base/signed-calls.ts";
import type { KeyContext, KeyMaker, KeyOpener, KeyRotator } from "../kernel/keys-port.ts";
import { pause } from "../kernel/ports.ts";
import { kmsClient, textOf } from "./kms-client.ts";

const rotationLookMs = 2_000;

// Shapes

export type KmsKey = { arn: string; endpoint: URL };

// Functions

/** Wraps data keys by a key of KMS. */
export function kms({ arn: KeyId, endpoint }: KmsKey, caller: Caller): KeyMaker & KeyOpener & KeyRotator {
  const call = kmsClient(endpoint, caller);

  return {
    async generate(context) {
      const answer = await call("GenerateDataKey", { KeyId, KeySpec: "AES_256", EncryptionContext: named(context) });
      return { key: Buffer.from(textOf(answer.Plaintext), "base64"), wrapped: textOf(answer.CiphertextBlob) };
    },

    async unwrap(wrapped, context) {
      const input = { KeyId, CiphertextBlob: wrapped, EncryptionContext: named(context) };
      return Buffer.from(textOf((await call("Decrypt", input)).Plaintext), "base64");
    },

    async rewrap(wrapped, context) {
      const answer = await call("ReEncrypt", {
        CiphertextBlob: wrapped,
        SourceKeyId: KeyId,
        SourceEncryptionContext: named(context),
        DestinationKeyId: KeyId,
        DestinationEncryptionContext: named(context),
      });
      return textOf(answer.CiphertextBlob);
    },

    async renew() {
      await call("RotateKeyOnDemand", { KeyId }).catch((error: unknown) => {
        // a rotation that a crashed process has asked for is waited for as well
        if (!String(error).includes("ConflictException")) throw error;
      });
      while ((await call("GetKeyRotationStatus", { KeyId })).OnDemandRotationStartDate) await pause(rotationLookMs);
    },

    /** KMS keeps the earlier material of a key for as long as the key, and nobody can take it out. */
    async retire() {},
  };
}

// threat: a wrapped data key opens for another organization
// threat: a wrapped data key opens as another one
/** CloudTrail shows it with each use of the key. */
const named = ({ organization, dataKey }: KeyContext) => ({ purpose: "secret", org: organization, dek: dataKey });
