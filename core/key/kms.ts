import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms";
import type { KeyContext, KeyMaker, KeyOpener, KeyRotator } from "../kernel/keys-port.ts";
import { pause } from "../kernel/ports.ts";
import type { Caller } from "../table/signed-calls.ts";
import { answered, bytesOf, kmsClient, type Place } from "./kms-client.ts";

const rotationLookMs = 2_000;

/** Wraps data keys by a key of KMS. */
export function kms(place: Place, caller: Caller): KeyMaker & KeyOpener & KeyRotator {
  const client = kmsClient(place, caller);
  const KeyId = place.arn;
  const isRenewing = async () =>
    (await answered(client.send(new GetKeyRotationStatusCommand({ KeyId })))).OnDemandRotationStartDate !== undefined;

  return {
    async generate(context) {
      const input = { KeyId, KeySpec: "AES_256", EncryptionContext: named(context) } as const;
      const { Plaintext, CiphertextBlob } = await answered(client.send(new GenerateDataKeyCommand(input)));
      return { key: bytesOf(Plaintext), wrapped: bytesOf(CiphertextBlob).toString("base64") };
    },

    async unwrap(wrapped, context) {
      const input = { KeyId, CiphertextBlob: Buffer.from(wrapped, "base64"), EncryptionContext: named(context) };
      return bytesOf((await answered(client.send(new DecryptCommand(input)))).Plaintext);
    },

    async rewrap(wrapped, context) {
      const input = {
        CiphertextBlob: Buffer.from(wrapped, "base64"),
        SourceKeyId: KeyId,
        SourceEncryptionContext: named(context),
        DestinationKeyId: KeyId,
        DestinationEncryptionContext: named(context),
      };
      const { CiphertextBlob } = await answered(client.send(new ReEncryptCommand(input)));
      return bytesOf(CiphertextBlob).toString("base64");
    },

    async renew() {
      const asked = client.send(new RotateKeyOnDemandCommand({ KeyId })).catch((error: Error) => {
        // a rotation that a crashed process has asked for is waited for as well
        if (error.name !== "ConflictException") throw error;
      });
      await answered(asked);
      while (await isRenewing()) await pause(rotationLookMs);
    },

    /** KMS keeps the earlier material of a key for as long as the key, and nobody can take it out. */
    async retire() {},
  };
}

// threat: a wrapped data key opens for another organization
// threat: a wrapped data key opens as another one
/** CloudTrail shows it with each use of the key. */
const named = ({ organization, dataKey }: KeyContext) => ({ purpose: "secret", org: organization, dek: dataKey });
