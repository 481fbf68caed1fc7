import { createPublicKey, verify } from "node:crypto";
import { bind } from "@muster/core/kernel/ports.ts";
import { newSigningKeys, signerOf, withNewSigningKey } from "@muster/local/signing-keys.ts";
import { openKms, type TestKms } from "@muster/local/testing/worlds/kms.ts";
import { credentials, region } from "@muster/local/testing/worlds/table.ts";
import { calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { kmsSigner } from "../key/kms-signer.ts";
import { connect } from "../table/client.ts";
import { keyId, signJws } from "./jws.ts";
import { keySet } from "./key-set.ts";
import { replacedKeyDays, replacedKeyPeriodDays } from "./limits.ts";
import { verifier } from "./verify.ts";

const at = Date.parse("2026-11-24T09:00:00.000Z");
const verifyJws = (typ: string, jws: string, x: string) => verifier(typ, x)(jws);

let text = newSigningKeys();
let server: TestKms;
beforeAll(async () => {
  server = await openKms();
});
afterAll(() => server.stop());

/** With one key, or with a new one before it. */
type Keys = { useOne: () => void; useTwo: () => void };
const ofKms = (arns: readonly string[]) => () =>
  bind({
    signer: kmsSigner({ arns, endpoint: server.endpoint }, connect({ region, credentials }).config),
  });
const local: Keys = {
  useOne: () => {
    text = newSigningKeys();
    bind({ signer: signerOf({ read: () => text }) });
  },
  useTwo: () => {
    text = withNewSigningKey(text);
  },
};
const kms: Keys = {
  useOne: () => ofKms([server.signingArns[0]])(),
  useTwo: () => ofKms([server.signingArns[1], server.signingArns[0]])(),
};

describe.each([
  ["a local run", local],
  ["KMS", kms],
])("with keys of %s", (_, { useOne, useTwo }) => {
  beforeEach(() => {
    bind({ now: () => new Date(at) });
    useOne();
  });

  test("a document is signed so that any library can verify it", async () => {
    const jws = await signJws("muster-document+jwt", { hello: "world" });
    const [key] = await keySet();
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK({ ...key }, "EdDSA"));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ hello: "world" });
    expect(protectedHeader).toEqual({ alg: "EdDSA", kid: key?.kid, typ: "muster-document+jwt" });
    // and by Node alone
    const [head, body, signature] = jws.split(".") as [string, string, string];
    const jwk = { kty: "OKP", crv: "Ed25519", x: key?.x ?? "" };
    const own = createPublicKey({ key: jwk, format: "jwk" });
    expect(verify(null, Buffer.from(`${head}.${body}`), own, Buffer.from(signature, "base64url"))).toBe(true);
    expect(key?.kid).toBe(await calculateJwkThumbprint(jwk));
  });

  test("a new key is vouched for by the one before, and signs from then on", async () => {
    const [old] = await keySet();
    useTwo();
    const keys = await keySet();
    expect(keys.map(({ x }) => x)).toEqual([expect.any(String), old?.x]);
    const [endorsement = ""] = keys[0]?.endorsements ?? [];
    const { kid, x } = keys[0] as { kid: string; x: string };
    expect(await verifyJws("muster-key+jwt", endorsement, old?.x ?? "")).toEqual({ kid, x });
    expect(keys[0]).not.toHaveProperty("exp");
    const jws = await signJws("t", {});
    expect(await verifyJws("t", jws, x)).toEqual({});
    expect(await verifyJws("t", jws, old?.x ?? "")).toBeUndefined();
  });

  test("a key that was replaced ends, which the others sign, at the earliest when links of devices do", async () => {
    useTwo();
    const [current, replaced] = await keySet();
    const { kid = "", x = "", exp = 0, endorsements = [] } = replaced ?? {};
    expect(await verifyJws("muster-key+jwt", endorsements[0] ?? "", current?.x ?? "")).toEqual({ kid, x, exp });
    const days = exp / daySeconds - at / 1_000 / daySeconds;
    expect(days).toBeGreaterThanOrEqual(replacedKeyDays - 1);
    expect(days).toBeLessThanOrEqual(replacedKeyDays + replacedKeyPeriodDays);
    // what is signed twice is the same, and the end moves while the key is listed
    expect((await keySet())[1]).toEqual(replaced);
    bind({ now: () => new Date(at + replacedKeyPeriodDays * daySeconds * 1_000) });
    expect((await keySet())[1]?.exp).toBe(exp + replacedKeyPeriodDays * daySeconds);
  });

  test("nothing is genuine that was changed, or signed for another purpose", async () => {
    const [{ x } = { x: "" }] = await keySet();
    const jws = await signJws("a", { n: 1 });
    expect(await verifyJws("a", jws, x)).toEqual({ n: 1 });
    expect(await verifyJws("b", jws, x)).toBeUndefined();
    const [head, body, signature] = jws.split(".") as [string, string, string];
    const other = Buffer.from(JSON.stringify({ n: 2 })).toString("base64url");
    const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "a", kid: keyId(x) })).toString("base64url");
    for (const forged of ["", "a.b.c", `${head}.${other}.${signature}`, `${unsigned}.${body}.`, `${jws}.more`]) {
      expect(await verifyJws("a", forged, x)).toBeUndefined();
    }
  });
});

describe("a key of KMS that cannot be used", () => {
  const gone = "arn:aws:kms:eu-central-1:000000000000:key/gone";

  test("is left out of the key set if it is not the current one", async () => {
    ofKms([server.signingArns[0], gone])();
    expect(await keySet()).toMatchObject([{ endorsements: [] }]);
  });

  test("signs nothing if it is the current one, and no other one signs in its place", async () => {
    ofKms([gone, server.signingArns[0]])();
    await expect(signJws("t", {})).rejects.toThrow("KMS refuses: AccessDeniedException");
  });
});
