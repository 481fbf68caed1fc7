import { kindNames } from "@muster/core/secret/kind/shape.ts";
import { kindOf } from "@muster/core/secret/shape.ts";
import { describe, expect, test } from "vitest";
import { mistakesIn, nameMistake, valuesOf, warningOf } from "./form.ts";

const openai = `sk-proj-${"EXAMPLE0".repeat(6)}`;

describe("what is entered for a key", () => {
  test.each(kindNames)("of %s lacks each required field, which is said only when it is to be sent", (kind) => {
    const required = Object.entries(kindOf(kind).fields).flatMap(([name, { isOptional }]) =>
      isOptional ? [] : [name],
    );
    expect(mistakesIn(kind, {}, false)).toEqual({});
    expect(Object.keys(mistakesIn(kind, { baseUrl: "  " }, true))).toEqual(required);
    expect(Object.values(mistakesIn(kind, {}, true)).every((sentence) => /^Enter the .+\.$/.test(sentence))).toBe(true);
  });

  test("is checked while other fields are still empty", () => {
    expect(mistakesIn("azure_openai", { key: openai }, false)).toEqual({
      key: "This is a key of OpenAI. Add it as “OpenAI”.",
    });
    expect(mistakesIn("vertex_ai", { serviceAccount: "{}" }, false).serviceAccount).toContain("service account");
    expect(mistakesIn("bedrock_credentials", { accessKeyId: "ASIA0123456789ABCDEF" }, false)).toEqual({
      accessKeyId: "Credentials that begin with ASIA need their session token.",
    });
    expect(mistakesIn("openai", { baseUrl: "http://llm.example.com" }, false).baseUrl).toContain("https://");
  });

  test("is sent without white space around it, and without what was left empty or belongs to another kind", () => {
    expect(valuesOf("openai", { key: ` ${openai}\n`, projectId: "", region: "us-east-1" })).toEqual({ key: openai });
    expect(mistakesIn("openai", { key: ` ${openai}\n` }, true)).toEqual({});
  });

  test("is warned of if it is unusual, but not while it is wrong", () => {
    expect(warningOf("openai", { key: "sk-0123456789abcdef" })).toBe("form");
    expect(warningOf("openai", { key: openai })).toBeUndefined();
    expect(warningOf("openai", { key: "AIza0123456789abcdef" })).toBeUndefined();
  });

  test("has a name that is no key", () => {
    expect(nameMistake("Production")).toBeUndefined();
    expect(nameMistake(openai)).toContain("looks like a key");
    expect(nameMistake("")).toBeDefined();
  });
});
