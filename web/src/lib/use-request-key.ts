import { useState } from "react";

/** Sends requests with a key each, which stays the same while one fails. */
export function useRequestKey() {
  const [withKey] = useState(requestKeys);
  return withKey;
}

/**
 * Returns a function that sends requests with their keys. The same request sent again after a failure has the same key,
 * so that it does not happen twice; once it has succeeded, the same request is a new one.
 */
export function requestKeys() {
  let last = { request: "", key: "" };
  return async <T>(request: object, send: (key: string) => Promise<T>): Promise<T> => {
    const text = JSON.stringify(request);
    if (last.request !== text) last = { request: text, key: crypto.randomUUID() };
    const answer = await send(last.key);
    last = { request: "", key: "" };
    return answer;
  };
}
