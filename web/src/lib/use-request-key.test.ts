import { expect, test } from "vitest";
import { requestKeys } from "./use-request-key.ts";

test("a request has one key until it succeeds, and then it is a new request", async () => {
  const withKey = requestKeys();
  const keys: string[] = [];
  const send = (key: string) => Promise.resolve(keys.push(key));
  const fail = async (key: string) => {
    await send(key);
    throw new Error("The network is gone.");
  };
  await expect(withKey({ content: "Hello." }, fail)).rejects.toThrow("The network is gone.");
  await withKey({ content: "Hello." }, send);
  await withKey({ content: "Hello." }, send);
  await expect(withKey({ content: "Hello." }, fail)).rejects.toThrow("The network is gone.");
  await withKey({ content: "Other." }, send);
  const [first, second, third, fourth, fifth] = keys;
  expect(second).toBe(first);
  expect(new Set([second, third, fourth, fifth]).size).toBe(4);
});
