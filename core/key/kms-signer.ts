import { GetPublicKeyCommand, SignCommand } from "@aws-sdk/client-kms";
import type { Signer } from "../kernel/signer-port.ts";
import type { Caller } from "../table/signed-calls.ts";
import { answered, bytesOf, kmsClient } from "./kms-client.ts";

/** Bytes of a raw Ed25519 key, at the end of its DER form. */
const keyBytes = 32;

/** Signs by Ed25519 keys of KMS. @param arns the current one first */
export function kmsSigner(
  { arns, endpoint }: { arns: readonly string[]; endpoint?: string | undefined },
  caller: Caller,
): Signer {
  const client = kmsClient({ arn: arns[0] ?? "", endpoint }, caller);
  let known: Promise<Map<string, string>> | undefined;

  /** The ARN of each public key. They never change, so each process asks once. */
  function keys(): Promise<Map<string, string>> {
    known ??= load();
    known.catch(() => {
      known = undefined;
    });
    return known;
  }

  /** Without the current key nothing can be signed; another one that cannot be used is left out. */
  async function load(): Promise<Map<string, string>> {
    const all = await Promise.allSettled(arns.map(async (arn) => [await publicKey(arn), arn] as const));
    const [current] = all;
    if (current?.status === "rejected") throw current.reason;
    return new Map(all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  }

  async function publicKey(KeyId: string): Promise<string> {
    const { PublicKey } = await answered(client.send(new GetPublicKeyCommand({ KeyId })));
    return bytesOf(PublicKey).subarray(-keyBytes).toString("base64url");
  }

  return {
    hasQuota: () => true,
    publicKeys: async () => [...(await keys()).keys()],
    async sign(key, data) {
      const KeyId = (await keys()).get(key);
      if (KeyId === undefined) throw new Error("This is no signing key of the deployment.");
      const input = { KeyId, Message: data, MessageType: "RAW", SigningAlgorithm: "ED25519_SHA_512" } as const;
      return bytesOf((await answered(client.send(new SignCommand(input)))).Signature);
    },
  };
}
