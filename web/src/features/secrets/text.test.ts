import { kindNames } from "@muster/core/secret/kind/shape.ts";
import { describe, expect, test } from "vitest";
import type { Secret } from "#lib/secrets.ts";
import { checkSentence, checkState, groupByProvider, rotationSentences, usersOf } from "./text.ts";

const now = Date.parse("2026-11-24T09:00:00.000Z");
const secret = (more: Partial<Record<keyof Secret, unknown>> = {}) =>
  ({ id: "sec_1", kind: "openai", ...more }) as Secret;
const checked = (status: string, more: object = {}) =>
  secret({ check: { status, requestedAt: "2026-11-24T08:59:50.000Z", requestedBy: "acc_1", ...more } });

describe("the list of keys", () => {
  test("has each kind under its provider, and one that is unknown at the end", () => {
    const all = [...kindNames, "unknown"].map((kind) => secret({ kind }));
    const groups = groupByProvider(all).map(({ name, secrets }) => [name, secrets.map(({ kind }) => kind)]);
    expect(groups).toEqual([
      ["OpenAI", ["openai"]],
      ["Google", ["gemini", "vertex_ai"]],
      ["Anthropic", ["anthropic"]],
      ["Amazon Bedrock", ["bedrock_credentials", "bedrock_api_key"]],
      ["Azure OpenAI", ["azure_openai"]],
      ["Other providers", ["unknown"]],
    ]);
    expect(groupByProvider([])).toEqual([]);
  });

  test("says what a check found, and does not say that one runs which nobody answers", () => {
    expect(checkState(secret(), now)).toBeUndefined();
    expect(checkState(checked("unknown"), now)).toBeUndefined();
    expect(checkState(checked("valid"), now)).toEqual({ label: "Valid", tone: "success" });
    expect(checkState(checked("pending"), now)?.label).toBe("Checking");
    expect(checkState(checked("pending"), now + 60_000)?.label).toBe("Not checked yet");
    expect(checkSentence(checked("unreachable", { reason: "The connection failed." }))).toBe("The connection failed.");
    expect(checkSentence(checked("damaged"))).toContain("Replace it.");
    expect(checkSentence(checked("valid"))).toBeUndefined();
  });

  test("says why a key should be replaced", () => {
    const rotation = [{ reason: "departed", since: "2026-11-24T09:00:00.000Z" }];
    expect(rotationSentences(secret({ rotation }))[0]?.sentence).toContain("no longer a member");
    expect(rotationSentences(secret())).toEqual([]);
  });

  test("says who may use a key", () => {
    expect(usersOf({})).toBe("Every member");
    expect(
      usersOf(
        secret({
          teams: [
            { id: "team_1", name: "A" },
            { id: "team_2", name: "B" },
          ],
        }),
      ),
    ).toBe("A, B");
    expect(usersOf({ teams: [] })).toBe("Nobody, because its teams were deleted");
  });
});
