import { keysOf, memoryKeys } from "@muster/local/keys.ts";
import { openKms, type TestKms } from "@muster/local/testing/worlds/kms.ts";
import { credentials, region } from "@muster/local/testing/worlds/table.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { create } from "../base/id.ts";
import { type KeyMaker, type KeyOpener, type KeyRotator, Unreadable } from "../kernel/keys-port.ts";
import { bind } from "../kernel/ports.ts";
import { connect } from "../table/client.ts";
import { kms } from "./kms.ts";

let server: TestKms;
let ofKms: KeyMaker & KeyOpener & KeyRotator;
beforeAll(async () => {
  server = await openKms();
  const caller = connect({ region, credentials }).config;
  ofKms = kms({ arn: server.arn, endpoint: server.endpoint }, caller);
  bind({ pause: async () => {} });
});
afterAll(() => server.stop());
beforeEach(() => void server.calls.splice(0));

const context = { organization: create("organization"), dataKey: create("dataKey") };

describe.each([
  ["KMS", () => ofKms],
  ["a local run", () => keysOf(memoryKeys())],
])("the wrapping key of %s", (_, open) => {
  test("makes data keys of 256 bits, each another, that unwrap as they were", async () => {
    const keys = open();
    const [one, two] = await Promise.all([keys.generate(context), keys.generate(context)]);
    expect([one.key.length, two.key.length]).toEqual([32, 32]);
    expect(Buffer.from(one.key)).not.toEqual(Buffer.from(two.key));
    expect(Buffer.from(await keys.unwrap(one.wrapped, context))).toEqual(Buffer.from(one.key));
    expect(one.wrapped).not.toContain(Buffer.from(one.key).toString("base64"));
  });

  test.each(["organization", "dataKey"] as const)("unwraps nothing for another %s", async (part) => {
    const keys = open();
    const { wrapped } = await keys.generate(context);
    const other = { ...context, [part]: create(part) };
    await expect(keys.unwrap(wrapped, other)).rejects.toThrow(Unreadable);
    await expect(keys.rewrap(wrapped, other)).rejects.toThrow(Unreadable);
  });

  test("unwraps nothing that was cut or is no wrapped key", async () => {
    const keys = open();
    const { wrapped } = await keys.generate(context);
    for (const other of ["", wrapped.slice(0, -8), "AAAA"]) {
      await expect(keys.unwrap(other, context)).rejects.toThrow(Unreadable);
    }
  });

  test("is replaced: what it wrapped still opens, and wrapped anew it is the same key", async () => {
    const keys = open();
    const { key, wrapped } = await keys.generate(context);
    await keys.renew();
    expect(Buffer.from(await keys.unwrap(wrapped, context))).toEqual(Buffer.from(key));
    const anew = await keys.rewrap(wrapped, context);
    expect(anew).not.toBe(wrapped);
    await keys.retire();
    expect(Buffer.from(await keys.unwrap(anew, context))).toEqual(Buffer.from(key));
  });
});

test("a local run's wrapping key that was replaced opens nothing once it is retired", async () => {
  const store = memoryKeys();
  const keys = keysOf(store);
  const { wrapped } = await keys.generate(context);
  const stolen = store.read();
  await keys.renew();
  const anew = await keys.rewrap(wrapped, context);
  await keys.retire();
  await expect(keys.unwrap(wrapped, context)).rejects.toThrow(Unreadable);
  const thief = keysOf({ read: () => stolen, write: () => {} });
  await expect(thief.unwrap(anew, context)).rejects.toThrow(Unreadable);
});

describe("KMS", () => {
  test("knows what each data key is for, and returns no key in clear to wrap one anew", async () => {
    const { wrapped } = await ofKms.generate(context);
    await ofKms.rewrap(wrapped, context);
    const named = { purpose: "secret", org: context.organization, dek: context.dataKey };
    expect(server.calls).toEqual([
      { action: "GenerateDataKey", context: named },
      { action: "ReEncrypt", context: named },
    ]);
  });

  test("rotates its material, which is waited for", async () => {
    await ofKms.renew();
    expect(server.calls.map(({ action }) => action)).toEqual([
      "RotateKeyOnDemand",
      "GetKeyRotationStatus",
      "GetKeyRotationStatus",
    ]);
  });

  test("that rotates already is waited for", async () => {
    server.fail("ConflictException");
    await expect(ofKms.renew()).resolves.toBeUndefined();
    server.fail("AccessDeniedException");
    await expect(ofKms.renew()).rejects.toThrow("KMS refuses: AccessDeniedException");
  });

  test.each(["ThrottlingException", "KMSInternalException", "com.amazonaws.kms#ThrottlingException", "broken"])(
    "is called again after %s",
    async (error) => {
      server.fail(error, error);
      expect((await ofKms.generate(context)).key).toHaveLength(32);
      expect(server.calls).toHaveLength(3);
    },
  );

  test("that does not answer is a failure that may pass, after four tries", async () => {
    server.fail(...Array.from({ length: 4 }, () => "broken"));
    await expect(ofKms.generate(context)).rejects.toMatchObject({ code: "key.unavailable" });
    expect(server.calls).toHaveLength(4);
  });

  test("that refuses is a bug, and not called again", async () => {
    server.fail("AccessDeniedException");
    await expect(ofKms.generate(context)).rejects.toThrow("KMS refuses: AccessDeniedException");
    server.fail("DisabledException");
    await expect(ofKms.unwrap("AAAA", context)).rejects.toThrow("KMS refuses: DisabledException");
    expect(server.calls).toHaveLength(2);
  });
});
