import { createCipheriv, createDecipheriv, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "@muster/local-base/server.ts";

type Input = Record<string, unknown> & { KeyId?: string; CiphertextBlob?: string; EncryptionContext?: object };
type Answer = Record<string, unknown>;

/** A stand-in for KMS with one symmetric key and two that sign, on loopback and only for signed requests. */
export type TestKms = {
  endpoint: string;
  arn: string;
  /** Keys that sign with Ed25519. */
  signingArns: readonly [string, string];
  /** The actions that were called, in order, and what CloudTrail would show of each. */
  calls: { action: string; context: object | undefined }[];
  /** The next requests are answered with these errors; with "broken", the connection breaks. */
  fail: (...errors: string[]) => void;
  stop: () => Promise<void>;
};

export async function openKms(): Promise<TestKms> {
  const arn = "arn:aws:kms:eu-central-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef";
  const signingArns = [arn.replace(/.$/, "1"), arn.replace(/.$/, "2")] as const;
  const signing = new Map<string | undefined, { privateKey: KeyObject; publicKey: KeyObject }>(
    signingArns.map((one) => [one, generateKeyPairSync("ed25519")]),
  );
  const materials = [randomBytes(32)];
  const calls: TestKms["calls"] = [];
  const failing: string[] = [];
  let rotationLooks = 0;

  /** Nothing is answered for what does not open. */
  const actions: Record<string, (input: Input) => Answer | undefined> = {
    GenerateDataKey: ({ EncryptionContext }) => {
      const key = randomBytes(32);
      return { KeyId: arn, Plaintext: key.toString("base64"), CiphertextBlob: encrypt(key, EncryptionContext) };
    },
    Decrypt: ({ CiphertextBlob = "", EncryptionContext }) => {
      const key = decrypt(CiphertextBlob, EncryptionContext);
      return key && { KeyId: arn, Plaintext: key.toString("base64") };
    },
    ReEncrypt: ({ CiphertextBlob = "", SourceEncryptionContext, DestinationEncryptionContext }) => {
      const key = decrypt(CiphertextBlob, SourceEncryptionContext as object);
      return key && { KeyId: arn, CiphertextBlob: encrypt(key, DestinationEncryptionContext as object) };
    },
    GetPublicKey: ({ KeyId }) => {
      const key = signing.get(KeyId)?.publicKey;
      return key && { KeyId, PublicKey: key.export({ format: "der", type: "spki" }).toString("base64") };
    },
    Sign: ({ KeyId, Message, MessageType, SigningAlgorithm }) => {
      const key = signing.get(KeyId)?.privateKey;
      const message = Buffer.from(String(Message), "base64");
      const isRight = MessageType === "RAW" && SigningAlgorithm === "ED25519_SHA_512" && message.length <= 4_096;
      return key && isRight ? { KeyId, Signature: sign(null, message, key).toString("base64") } : undefined;
    },
    RotateKeyOnDemand: () => {
      materials.push(randomBytes(32));
      rotationLooks = 1;
      return { KeyId: arn };
    },
    GetKeyRotationStatus: () => (rotationLooks-- > 0 ? { OnDemandRotationStartDate: 1_800_000_000 } : { KeyId: arn }),
  };

  function encrypt(key: Buffer, context: object | undefined): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", materials.at(-1) as Buffer, iv).setAAD(aadOf(context));
    const bytes = Buffer.concat([cipher.update(key), cipher.final()]);
    return Buffer.concat([Buffer.of(materials.length - 1), iv, bytes, cipher.getAuthTag()]).toString("base64");
  }

  function decrypt(blob: string, context: object | undefined): Buffer | undefined {
    const bytes = Buffer.from(blob, "base64");
    try {
      const cipher = createDecipheriv("aes-256-gcm", materials[bytes[0] ?? 0] as Buffer, bytes.subarray(1, 13));
      cipher.setAAD(aadOf(context)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([cipher.update(bytes.subarray(13, -16)), cipher.final()]);
    } catch {
      return undefined;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = "", "x-amz-target": target } = request.headers;
    const action = String(target).replace("TrentService.", "");
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
    calls.push({ action, context: input.EncryptionContext ?? (input.SourceEncryptionContext as object) });
    const failed = failing.shift();
    if (failed === "broken") return void response.destroy();
    const refused = failed ?? (isAdmitted(authorization, input) ? undefined : "AccessDeniedException");
    const answered = refused === undefined ? actions[action]?.(input) : undefined;
    const error = refused ?? "InvalidCiphertextException";
    const status = answered ? 200 : error.startsWith("KMSInternal") ? 500 : 400;
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answered ?? { __type: error }));
  }

  /** Returns whether a request is signed, and names a key of this account. */
  function isAdmitted(authorization: string, input: Input): boolean {
    const isSigned = /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/eu-central-1\/kms\/aws4_request, /.test(authorization);
    const named = input.KeyId ?? input.SourceKeyId;
    return isSigned && (named === arn || signing.has(named as string));
  }

  const { endpoint, stop } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    endpoint,
    arn,
    signingArns,
    calls,
    fail: (...errors) => void failing.push(...errors),
    stop,
  };
}

const aadOf = (context: object | undefined) =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))));
